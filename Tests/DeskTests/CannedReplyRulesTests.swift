import Testing

@testable import Desk

struct CannedReplyRulesTests {
    private func reply(_ id: String, title: String = "t", text: String = "x") -> CannedReply {
        CannedReply(
            id: CannedReply.ID(rawValue: id),
            title: title,
            text: text,
            updatedAt: Timestamp(milliseconds: 0)
        )
    }

    private func save(_ reply: CannedReply, isNew: Bool, among all: [CannedReply]) throws {
        _ = try CannedReplyRules.save(reply, isNew: isNew, among: all, by: .commandLine)
    }

    @Test func `there are at most 500, and one of them can still be changed`() throws {
        let all = (0..<CannedReplyRules.maximumCount).map { reply("\($0)") }
        #expect(throws: DeskError.tooLarge) { try save(reply("new"), isNew: true, among: all) }
        try save(reply("7", text: "y"), isNew: false, among: all)
        try save(reply("new"), isNew: true, among: all.dropLast())
    }

    @Test func `together they have a bound in bytes`() throws {
        let large = String(repeating: "x", count: 4000)
        let all = (0..<131).map { reply("\($0)", title: "", text: large) }
        #expect(throws: DeskError.tooLarge) {
            try save(reply("new", text: large), isNew: true, among: all)
        }
        try save(reply("0", text: large), isNew: false, among: all.dropLast())
    }

    @Test func `they are in the order of their titles, whatever the case`() {
        let sorted = CannedReplyRules.sorted([
            reply("1", title: "b"), reply("2", title: "C"), reply("3", title: "A"), reply("0", title: "B"),
        ])
        #expect(sorted.map(\.id.rawValue) == ["3", "0", "1", "2"])
    }
}
