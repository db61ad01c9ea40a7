import Testing

@testable import DeskServer

@Suite struct TerseTokensTests {
    private func terse(_ source: String) throws -> String {
        var tokens = try ScriptReader.tokens(of: Array(source.utf8))
        TerseTokens.make(&tokens)
        return ScriptText.write(tokens)
    }

    @Test(arguments: [
        ("const a = 1; const b = 2; let c; f();", "let a=1,b=2,c;f();"),
        ("const { a } = b; const [c] = d; e();", "let{a}=b,[c]=d;e();"),
        ("f = () => { const g = 1; const h = 2; }", "f=()=>{let g=1,h=2}"),
        ("const f =\n  a => a; const g = () => {}; const h = 1;", "let f=a=>a,g=()=>{},h=1;"),
        ("const f = () => { g(); }; const h = 1;", "let f=()=>{g()},h=1;"),
        ("const a = 1; b(); const c = 2;", "let a=1;b();let c=2;"),
        ("const a = 1; if (b) { c(); } const d = 2; const e = 3;", "let a=1;if(b){c()}let d=2,e=3;"),
        ("const a = 1\nb(); const c = 2;", "let a=1\nb();let c=2;"),
        ("for (const a of b) { const c = a; const d = c; }", "for(let a of b){let c=a,d=c}"),
        ("for (let a = 1; ; ) {} let b; function c() { let d; }", "for(let a=1;;){}let b;function c(){let d}"),
        ("x.const; x({ const: 1 })", "x.const;x({const:1})"),
    ])
    func `declarations in a row are one`(source: String, expected: String) throws {
        #expect(try terse(source) == expected)
    }

    @Test(arguments: [
        ("f(1000, 60000, 1200, 10, 0x1000, 1.000)", "f(1e3,6e4,1200,10,0x1000,1.000)"),
        ("return true\nfalse in a", "return!0\n!1 in a"),
        ("f({ true: true, a: false }, a.true, !false)", "f({true:!0,a:!1},a.true,!!1)"),
    ])
    func `numbers and truth are short`(source: String, expected: String) throws {
        #expect(try terse(source) == expected)
    }

    @Test(arguments: [
        ("function a() {}\nasync function b() {}\nc()", "function a(){}async function b(){}c()"),
        ("if (a(b)) {}\nelse {}\nfor (;;) {}\n(c)", "if(a(b)){}else{}for(;;){}(c)"),
        (
            "try {} catch (a) {}\ntry {} catch {}\ntry {} finally {}\nb()",
            "try{}catch(a){}try{}catch{}try{}finally{}b()"
        ),
        ("class A {\n  b() {}\n  static c() {}\n  d = {}\n  e\n}\nf()", "class A{b(){}static c(){}d={}\ne}\nf()"),
        (
            "a = {}\nb = () => {}\nc = function () {}\nd = function e() {}\nf()",
            "a={}\nb=()=>{}\nc=function(){}\nd=function e(){}\nf()"
        ),
        ("a = { b() {} }\nc()", "a={b(){}}\nc()"),
        ("a = `${b}`\nc()", "a=`${b}`\nc()"),
    ])
    func `no line break stands behind a block that ends its statement`(source: String, expected: String) throws {
        #expect(try terse(source) == expected)
    }

    @Test(arguments: [
        ("f({ a, b, }, [c, ], d, )", "f({a,b},[c],d)"),
        ("f([, ], [a, , ])", "f([,],[a,,])"),
        ("class A { a = 1; b() { c; } }", "class A{a=1;b(){c}}"),
        ("{ if (a) ; } { while (a) ; } { for (;;) ; }", "{if(a);}{while(a);}{for(;;);}"),
        ("{ if (a) b(); else ; } { if ((a)) c(d); }", "{if(a)b();else;}{if((a))c(d)}"),
        ("f(`${{ a, }}`); { g(); }", "f(`${{a}}`);{g()}"),
    ])
    func `what stands for itself before a closing bracket is left out`(source: String, expected: String) throws {
        #expect(try terse(source) == expected)
    }
}
