import Testing

@testable import DeskServer

@Suite struct StyleTextTests {
    @Test(arguments: [
        ("/* a */\n.b > .c ,\n.d {\n  color : red;\n  margin: 0 auto;\n}\n", ".b>.c,.d{color :red;margin:0 auto}"),
        ("a :hover, a:hover { top: calc(1px + 2px - var(--x)) }", "a :hover,a:hover{top:calc(1px + 2px - var(--x))}"),
        ("@media (min-width: 1px) and (a: b) { c { d: e; } }", "@media (min-width:1px) and (a:b){c{d:e}}"),
        (#"a::before { content: "/* { b } */  '" ; }"#, #"a::before{content:"/* { b } */  '"}"#),
        (#"a { b: url(x/*y.png) c; d: url( "e)" ) }"#, #"a{b:url(x/*y.png) c;d:url( "e)" )}"#),
        (#".a\:b .\31 0 .\} { c: d }"#, #".a\:b .\31 0 .\}{c:d}"#),
        ("a/* b */c { d: 1/**/px }", "a/**/c{d:1/**/px}"),
        ("a /* b */ c { d: e /* f */; }", "a c{d:e}"),
        ("a { --b: ; --c:  ; }", "a{--b: ;--c: }"),
        (":is( a, b ) + c ~ d { e: f !important }", ":is(a,b) + c ~ d{e:f!important}"),
        ("a { b: 'c", "a{b:'c"), ("a { /* b", "a{"), ("a\\", "a\\"), ("", ""),
    ])
    func `comments and blanks go where they mean nothing`(source: String, expected: String) {
        #expect(StyleText.shortened(Array(source.utf8)) == expected)
    }

    @Test func `JSON loses the blanks outside of its strings`() throws {
        let source = Array("{\n  \"a \\\" b\": [ 1, \"c  \\\\\" ]\n}\n".utf8)
        let text = try WebText.shortened(source, path: "en.json")
        #expect(String(decoding: text, as: UTF8.self) == "{\"a \\\" b\":[1,\"c  \\\\\"]}")
    }
}
