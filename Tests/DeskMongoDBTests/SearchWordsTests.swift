#if MongoDB
import Desk
import Testing

@testable import DeskMongoDB

struct SearchWordsTests {
    @Test(arguments: [
        ("D\u{E9}j\u{E0} vu: the invoice-17!", ["deja", "vu", "the", "invoice", "17"]),
        ("\u{130}STANBUL na\u{308}her \u{FB01}n", ["istanbul", "naher", "\u{FB01}n"]),
        ("\u{6771}\u{4EAC} o'clock_x \u{1F54A}\u{FE0F} 3\u{BD}", ["\u{6771}\u{4EAC}", "o", "clock", "x", "3\u{BD}"]),
        (" \n-", []),
    ])
    func `words are letters and digits without case and accents`(text: String, words: [String]) {
        #expect(SearchWords.sequence(of: text) == words)
    }

    @Test func `what was typed in one piece stands in one piece`() throws {
        func fits(_ query: String, _ text: String) throws -> Bool {
            SearchPhrases(try SearchQuery(query: query, status: nil, limit: nil, cursor: nil)).fit(text)
        }
        #expect(try fits("invoice-17", "the invoice 17"))
        #expect(try fits("invoice-1", "the invoice 17"))
        #expect(try !fits("invoice-1 the", "the invoice 17"))
        #expect(try !fits("invoice-17", "17 invoice"))
        #expect(try fits("17 the", "the invoice 17"))
        #expect(try !fits("invo the", "the invoice 17"))
    }

    @Test func `a word as long as a message is found by its beginning`() throws {
        let text = String(repeating: "x", count: 4000)
        let words = SearchWords.index(of: text, nil, "y x")
        #expect(words.array?.compactMap(\.string).map(\.count) == [1, 64, 1])
    }

    @Test func `what was written later has a higher place`() throws {
        let places = [(1, 1), (1, 2), (2, 1)]
            .map { moment, seq in
                SearchOrder.place(Timestamp(milliseconds: Int64(moment)), seq: seq, id: "m").int ?? 0
            }
        #expect(places == places.sorted() && Set(places).count == 3)
    }
}
#endif
