import Desk
import Testing

extension StoreContract {
    static let cannedReplyRules = [
        StoreRule("canned replies come back as they were saved, by title, and each change is told") { bench in
            let admin = try await bench.agent("root", role: .admin)
            let desk = bench.desk
            #expect(try await desk.cannedReplies(for: admin) == [])
            let later = try await desk.saveCannedReply(nil, title: "thanks", text: "Thank you, {{name}}", by: admin)
            #expect(bench.takeEvents() == [.cannedRepliesChanged])
            let first = try await desk.saveCannedReply(nil, title: "Hello", text: "Two\nlines", by: admin)
            #expect(bench.takeEvents() == [.cannedRepliesChanged])
            #expect(try await desk.cannedReplies(for: admin) == [first, later])

            bench.advance(by: .seconds(1))
            let changed = try await desk.saveCannedReply(first.id, title: "Z", text: "other", by: admin)
            #expect((changed.id, changed.updatedAt) == (first.id, bench.now))
            #expect(bench.takeEvents() == [.cannedRepliesChanged])
            #expect(try await desk.cannedReplies(for: admin) == [later, changed])
            try await desk.deleteCannedReply(later.id, by: admin)
            #expect(bench.takeEvents() == [.cannedRepliesChanged])
            #expect(try await desk.cannedReplies(for: admin) == [changed])
        },
        StoreRule("what cannot be done about canned replies changes none") { bench in
            let (admin, agent) = (try await bench.agent("root", role: .admin), try await bench.agent())
            let desk = bench.desk
            let reply = try await desk.saveCannedReply(nil, title: "t", text: "x", by: admin)
            _ = bench.takeEvents()
            let none = CannedReply.ID(rawValue: "none")
            await #expect(throws: DeskError.notFound) {
                try await desk.saveCannedReply(none, title: "t", text: "x", by: admin)
            }
            await #expect(throws: DeskError.notFound) { try await desk.deleteCannedReply(none, by: admin) }
            for (title, text, field) in [
                ("", "x", "title"), (String(repeating: "t", count: 101), "x", "title"), ("t", " \n", "text"),
                ("t", String(repeating: "x", count: 4001), "text"),
            ] {
                await #expect(throws: DeskError.invalid(field: field)) {
                    try await desk.saveCannedReply(reply.id, title: title, text: text, by: admin)
                }
            }
            await #expect(throws: DeskError.forbidden) {
                try await desk.saveCannedReply(reply.id, title: "t", text: "y", by: agent)
            }
            await #expect(throws: DeskError.forbidden) { try await desk.deleteCannedReply(reply.id, by: agent) }
            await #expect(throws: DeskError.forbidden) { try await desk.cannedReplies(for: bench.guest()) }
            #expect(try await desk.cannedReplies(for: agent) == [reply])
            #expect(bench.takeEvents() == [])
        },
    ]
}
