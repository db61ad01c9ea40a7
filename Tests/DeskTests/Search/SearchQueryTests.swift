import Testing

@testable import Desk

struct SearchQueryTests {
    private func query(_ text: String, status: String? = nil, limit: Int? = nil, cursor: String? = nil) throws
        -> SearchQuery
    {
        try SearchQuery(query: text, status: status, limit: limit, cursor: cursor)
    }

    @Test func `words are what has a letter or a digit`() throws {
        #expect(try query("  one\ttwo - \"three\" !? 4 ").words == ["one", "two", "\"three\"", "4"])
    }

    @Test(arguments: ["", "   ", "- !?", String(repeating: "x", count: 201), String(repeating: "x ", count: 21)])
    func `there is something to look for`(text: String) {
        #expect(throws: DeskError.invalid(field: "query")) { try query(text) }
    }

    @Test func `other fields are checked by name`() {
        #expect(throws: DeskError.invalid(field: "status")) { try query("a", status: "lost") }
        for limit in [0, 51] { #expect(throws: DeskError.invalid(field: "limit")) { try query("a", limit: limit) } }
        #expect(throws: DeskError.invalid(field: "cursor")) { try query("a", cursor: "x") }
    }
}
