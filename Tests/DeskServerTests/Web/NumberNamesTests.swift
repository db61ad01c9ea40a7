import Testing

@testable import DeskServer

@Suite struct NumberNamesTests {
    private func replaced(_ source: String) throws -> String {
        var tokens = try ScriptReader.tokens(of: Array(source.utf8))
        NumberNames.replace(in: &tokens, keeping: ["KEPT"])
        return ScriptText.write(tokens)
    }

    @Test(arguments: [
        ("const A = 1; f(A, a.A, { A: 2 }, 'A');", "f(1,a.A,{A:2},'A');"),
        ("f(A); const A = 5; const B = A;", "f(5);const B=5;"),
        ("const A = 1; f((A) => A, A);", "f((A)=>A,1);"),
        ("const A = 1; { const A = 2; f(A); }", "{const A=2;f(A);}"),
    ])
    func `a number stands where its name was`(source: String, expected: String) throws {
        #expect(try replaced(source) == expected)
    }

    @Test(arguments: [
        "const KEPT=1;f(KEPT);", "const A=1;f(A.b);", "const A=1;f({A});", "const A=1,B=2;f(A);", "const A='1';f(A);",
        "const A=1+1;f(A);", "let A=1;f(A);", "{const A=1;f(A);}", "const A=1\nf(A);",
    ])
    func `others stay`(source: String) throws {
        #expect(try replaced(source) == source)
    }
}
