import Testing

@testable import Desk

struct WordFilterTests {
    @Test(arguments: [
        ("bad", "a bad word", "a *** word"),
        ("bad", "BAD! Bad, bad.", "***! ***, ***."),
        ("bad", "a badge is not bad2", "a badge is not bad2"),
        ("bad word", "a bad, WORD and a bad day", "a ***, **** and a bad day"),
        ("naïve", "so NAI\u{308}VE", "so *****"),
        ("straße", "Straße", "******"),
        ("b@d", "b@d and b d but not bad", "*@* and * * but not bad"),
        ("плохо", "это ПЛОХО.", "это *****."),
        ("bad", "ba\u{200B}d ba\u{AD}d", "**** ****"),
    ])
    func `words are found whole, whatever their case, and masked`(word: String, text: String, masked: String) throws {
        #expect(try WordFilter(mode: .mask, words: [word]).apply(to: text) == masked)
        #expect(try WordFilter(mode: .refuse, words: [word]).apply(to: text) == (masked == text ? text : nil))
        #expect(try WordFilter(mode: .off, words: [word]).apply(to: text) == text)
    }

    @Test func `of entries that overlap all are masked`() throws {
        let filter = try WordFilter(mode: .mask, words: ["a b", "b c d", "b"])
        #expect(filter.apply(to: "x a b c d y") == "x * * * * y")
    }

    @Test(arguments: [[""], ["  "], ["!?"], [String(repeating: "x", count: 65)], Array(repeating: "x", count: 1001)])
    func `a list that makes no sense is refused`(words: [String]) {
        #expect(throws: DeskError.invalid(field: "words")) { try WordFilter(mode: .mask, words: words) }
    }

    @Test func `a long text and a long list take a moment only`() throws {
        let words = (0..<1000).map { "word\($0) again" }
        let text = (0..<800).map { "word\($0)" }.joined(separator: " ")
        let filter = try WordFilter(mode: .mask, words: words)
        let elapsed = ContinuousClock()
            .measure {
                #expect(filter.apply(to: text) == text)
            }
        #expect(elapsed < .seconds(2))
    }
}
