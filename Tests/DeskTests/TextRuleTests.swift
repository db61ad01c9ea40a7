import Testing

@testable import Desk

struct TextRuleTests {
    @Test func `a message has at most 4,000 characters, counted as people count`() throws {
        for character in ["a", "ß", "語", "👍🏽", "🇩🇪", "e\u{301}"] {
            let longest = String(repeating: character, count: 4000)
            #expect(try TextRule.message.required(longest) == longest)
            #expect(throws: DeskError.invalid(field: "text")) { try TextRule.message.required(longest + "a") }
        }
    }

    @Test func `one endless character is bounded too`() {
        let tower = "a" + String(repeating: "\u{301}", count: 16_001)
        #expect(tower.count == 1)
        #expect(throws: DeskError.invalid(field: "text")) { try TextRule.message.required(tower) }
    }

    @Test(arguments: ["", " ", "\n\t \r\n", "\u{200B}\u{FEFF}", "\u{A0}\u{3000}\u{2028}", "\u{0}\u{1B}", "\u{85}"])
    func `a blank message is refused`(text: String) {
        #expect(throws: DeskError.invalid(field: "text")) { try TextRule.message.required(text) }
    }

    @Test(arguments: [
        ("a\u{0}b\u{1B}[1m\u{7F}\u{9F}c", "ab[1mc"), ("a\r\nb\rc\n\td", "a\nb\nc\n\td"), ("\r\r\n", "\n\n"),
        ("  as is  ", "  as is  "), ("\u{202E}ü👩‍👩‍👧", "\u{202E}ü👩‍👩‍👧"),
    ])
    func `control characters are dropped and line breaks are newlines`(text: String, clean: String) throws {
        #expect(try Array(TextRule.message.optional(text).unicodeScalars) == Array(clean.unicodeScalars))
    }

    @Test(arguments: [TextRule.name, .subject, .email])
    func `a name does not turn the words beside it around`(rule: TextRule) throws {
        let turning = "\u{061C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}"
        #expect(try rule.required("evil\(turning)fdp.exe") == "evilfdp.exe")
        #expect(throws: DeskError.self) { try rule.required(turning) }
        for name in ["שלום", "مرحبا 3", "a\u{200D}b\u{2065}\u{202F}"] { #expect(try rule.required(name) == name) }
    }

    @Test func `a field of one line has no line breaks`() throws {
        #expect(try TextRule.subject.optional("a\r\nb\tc\u{7}") == "a b c")
        #expect(try TextRule.subject.optional("") == "")
    }

    @Test(arguments: [(TextRule.subject, "subject", 200), (.name, "name", 200), (.email, "email", 254)])
    func `each field has its limit`(rule: TextRule, field: String, limit: Int) throws {
        _ = try rule.required(String(repeating: "é", count: limit))
        #expect(throws: DeskError.invalid(field: field)) {
            try rule.required(String(repeating: "é", count: limit + 1))
        }
    }

    @Test(arguments: ["a", "018f-ABC_é", String(repeating: "x", count: 64), String(repeating: "é", count: 64)])
    func `a client id has 1 to 64 characters`(text: String) throws {
        #expect(try ClientID(text).rawValue == text)
    }

    @Test(arguments: ["", String(repeating: "x", count: 65), "a\nb", "\u{0}", String(repeating: "👩‍👩‍👧", count: 20)])
    func `any other client id is refused`(text: String) {
        #expect(throws: DeskError.invalid(field: "clientId")) { try ClientID(text) }
    }

    @Test func `the excerpt of a message is bounded in characters and in bytes`() {
        #expect(Ticket.excerpt(of: String(repeating: "é", count: 121)) == String(repeating: "é", count: 120))
        #expect(Ticket.excerpt(of: "a" + "b" + String(repeating: "\u{301}", count: 1000)) == "a")
    }
}
