import Testing

@testable import DeskServer

@Suite struct ScriptTextTests {
    private func shortened(_ source: String) throws -> String {
        try ScriptText.shortened(Array(source.utf8))
    }

    @Test(arguments: [
        ("// a\nlet a = 1; // b\n/* c */ let b = 2;", "let a=1;let b=2;"),
        ("  if (a) {\n    b();\n  }\n", "if(a){b();}"),
        (
            "a = `x // y\n  ${ b /* c */ + `in ${ { d: 1 }.d }` } /* z */`;",
            "a=`x // y\n  ${b+`in ${{d:1}.d}`} /* z */`;"
        ),
        (#"a = 'it\'s // one' + "\"/*" ;"#, #"a='it\'s // one'+"\"/*";"#),
        ("a = '\\\n// b';", "a='\\\n// b';"),
        (#"a = /[/*]\/'"`/gu.test(b) / 2 / /\//;"#, #"a=/[/*]\/'"`/gu.test(b)/2/ /\//;"#),
        ("if (a) /b'/.test(c); (a) / b / c; // '", "if(a)/b'/.test(c);(a)/b/c;"),
        ("function f() {}\n/a'/.test(b)", "function f(){}\n/a'/.test(b)"),
        ("x = { a: 1 } / 2; // '/\ny = { b: {} } / 3; // '/", "x={a:1}/2;y={b:{}}/3;"),
        ("x = a ? { b: 1 } / 2 : { c: 1 } / 3; // '/", "x=a?{b:1}/2:{c:1}/3;"),
        ("switch (a) { case b: { c() } /d'/.test(e) }", "switch(a){case b:{c()}/d'/.test(e)}"),
        ("return /a'/;", "return/a'/;"),
        ("a.return / b / c; // '", "a.return/b/c;"),
        ("a++ / b / c; // '", "a++/b/c;"),
        ("for await (const a of /b'/g) c", "for await(const a of/b'/g)c"),
        ("await (a) / b / c // '", "await(a)/b/c"),
        ("f(async () => { await g() }, /'/)", "f(async()=>{await g()},/'/)"),
        ("a = b ? .5 : 1.5; c = d ?. e ?? 0x1F . toString();", "a=b? .5:1.5;c=d?.e??0x1F .toString();"),
        ("a = 1..b + 1 .c + 1e+5 + 0xE+1", "a=1. .b+1 .c+1e+5+0xE+1"),
    ])
    func `comments and blanks go, and literals stay as they are`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        ("a + +b - -c + ++d - --e", "a+ +b- -c+ ++d- --e"),
        ("a < !--b; c-- > d", "a< !--b;c-- >d"),
        ("a / /b/", "a/ /b/"),
        ("a && !b || ~c", "a&&!b||~c"),
        ("typeof a in b; #c in d; new E", "typeof a in b;#c in d;new E"),
        ("class A { static #a = 1; get b() { return this.#a } }", "class A{static #a=1;get b(){return this.#a}}"),
    ])
    func `no two tokens become another`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        ("a = b\n(c)", "a=b\n(c)"),
        ("a\n++b\n[c]\n`d`\n/e/g", "a\n++b\n[c]\n`d`\n/e/g"),
        ("return\na", "return\na"),
        ("return /* a\n b */ c", "return\nc"),
        ("let a\nlet b", "let a\nlet b"),
        ("class A {\n  a\n  b = 1\n  *c() {}\n}", "class A{a\nb=1\n*c(){}}"),
        ("a\n  .b\n  ?.c\n  || d\n  ? e\n  : f", "a.b?.c||d?e:f"),
        ("f(\n  a,\n  { b },\n)", "f(a,{b},)"),
        ("a = `${\n  b\n}`\nc", "a=`${b}`\nc"),
    ])
    func `a line break stays where it may end a statement`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        ("a\n/* b", ScriptError.endless(line: 2)), ("'a\n'", .endless(line: 1)), ("`a${b`", .endless(line: 1)),
        ("a = /b\n/", .endless(line: 1)), ("a\né", .unexpected(line: 2)), (#"\u0061"#, .unexpected(line: 1)),
        ("(a", .unbalanced(line: 1)), ("(a]", .unbalanced(line: 1)), ("a}", .unbalanced(line: 1)),
        ("`${(}`", .unbalanced(line: 1)), ("'a\\", .endless(line: 1)), ("# a", .unexpected(line: 1)),
    ])
    func `what cannot be read is refused with its line`(source: String, error: ScriptError) {
        #expect(throws: error) { try shortened(source) }
    }

    @Test func `what was shortened once is as short as it gets`() throws {
        let source = "const a = (b) => {\n  return b ? `x${b}` : /c/g;\n};\nexport { a };\n"
        let once = try shortened(source)
        #expect(try shortened(once) == once)
    }
}
