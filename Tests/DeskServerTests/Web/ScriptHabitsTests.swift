import Testing

@testable import DeskServer

@Suite struct ScriptHabitsTests {
    /// Gives names to the words `x` and `y`, one after the other.
    private func names(in source: String, without unfit: Set<String> = []) throws -> [String] {
        let tokens = try ScriptReader.tokens(of: Array(source.utf8))
        let places = ["x", "y"].map { name in tokens.indices.filter { tokens[$0].isWord(name) } }
        var habits = ScriptHabits(tokens, unknown: Set(places.joined()))
        return places.map { places in habits.give(places) { !unfit.contains($0) } }
    }

    @Test func `where nothing is alike, a name is the first that fits`() throws {
        #expect(try names(in: "let x = 1") == ["e", "e"])
        #expect(try names(in: "let x = 1", without: ["e", "t"]) == ["n", "n"])
    }

    @Test func `a name that stands in such a place already is taken`() throws {
        #expect(try names(in: "f(s.length) + f(x.length)").first == "s")
        #expect(try names(in: "f(s.length) + f(x.length)", without: ["s"]).first == "e")
    }

    @Test func `what was given is known to the next`() throws {
        #expect(try names(in: "f(x.length) + f(y.length)", without: ["e"]) == ["t", "t"])
    }

    @Test func `a rare letter has to be worth it at each place`() throws {
        #expect(try names(in: "f(Z.length); x + x; f(x.length)").first == "e")
    }

    @Test func `there is a name where all of one letter are taken`() throws {
        let taken = Set((0..<60).map(ShortNames.letters))
        #expect(try names(in: "let x", without: taken).first == ShortNames.letters(60))
    }
}
