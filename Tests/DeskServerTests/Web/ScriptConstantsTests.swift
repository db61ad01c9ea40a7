import Testing

@testable import DeskServer

@Suite struct ScriptConstantsTests {
    private func put(_ constants: [String: String], into source: String) throws -> String {
        var tokens = try ScriptReader.tokens(of: Array(source.utf8))
        try ScriptConstants.put(constants, into: &tokens)
        TerseTokens.make(&tokens)
        return ScriptText.write(tokens)
    }

    @Test(arguments: [
        ("f(e, a.b, a.c, d.e, d.a.b)", "f(1,({'x':2}),a.c,d.e,d.a.b)"),
        ("const f = () => a.b\n+ e;", "let f=()=>({'x':2})\n+1;"),
        ("{ f(a.b); }", "{f(({'x':2}))}"),
    ])
    func `names and properties give way to expressions`(source: String, expected: String) throws {
        #expect(try put(["a.b": "{'x':2}", "e": "1"], into: source) == expected)
    }

    @Test(arguments: [
        ("const a = {}; f(a.b);", "f(1);"), ("const a = {}; f(a.b, a);", "let a={};f(1,a);"),
        ("const a = { c: 2 }; f(a.b);", "let a={c:2};f(1);"), ("f(a.b); a = {};", "f(1);a={};"),
    ])
    func `an empty object that is needed no more is left out`(source: String, expected: String) throws {
        #expect(try put(["a.b": "1"], into: source) == expected)
    }

    @Test func `what is no expression is refused`() {
        #expect(throws: ScriptError.self) { try put(["a": "("], into: "a") }
    }
}
