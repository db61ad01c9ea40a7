import Testing

@testable import Desk

struct ExcerptTests {
    private func excerpt(_ text: String, _ words: String...) -> Excerpt {
        Excerpt(of: text, words: words) { $0.lowercased() }
    }

    /// What a browser would mark.
    private func marked(_ excerpt: Excerpt) -> [String] {
        let units = Array(excerpt.text.utf16)
        return excerpt.ranges.map { String(decoding: units[$0], as: UTF16.self) }
    }

    @Test func `whole words are marked, of the last one its beginning is enough`() {
        let found = excerpt("The bird and the birds of a Birdhouse", "the", "bird")
        #expect(found.text == "The bird and the birds of a Birdhouse")
        #expect(marked(found) == ["The", "bird", "the", "birds", "Birdhouse"])
        #expect(marked(excerpt("birds and bird", "bird", "an")) == ["and", "bird"])
    }

    @Test func `words with signs between are several`() {
        #expect(marked(excerpt("about invoice-17, paid", "invoice-17")) == ["invoice", "17"])
    }

    @Test func `ranges count as browsers count`() {
        let found = excerpt("\u{1F426}\u{1F426} a bird", "bird")
        #expect(found.ranges == [7..<11])
    }

    @Test func `of a long text, the part around the first word is shown`() {
        let long = String(repeating: "word ", count: 100) + "needle " + String(repeating: "rest ", count: 100)
        let found = excerpt(long, "needle")
        #expect(found.text.hasPrefix("\u{2026}") && found.text.hasSuffix("\u{2026}") && found.text.count <= 162)
        #expect(marked(found) == ["needle"])
        #expect(found.ranges.first?.lowerBound == 41)
    }

    @Test func `one endless character makes no endless excerpt`() {
        let endless = "e" + String(repeating: "\u{301}", count: 4000)
        #expect(excerpt(endless, "x").text.utf8.count <= 1290)
    }

    @Test func `where no word is found, the beginning is shown`() {
        let found = excerpt("nothing of that", "absent")
        #expect(found.text == "nothing of that" && found.ranges.isEmpty)
    }
}
