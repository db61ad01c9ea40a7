package import Desk
import GRDB

extension SQLiteStore {
    package func cannedReplies() async throws(DeskError) -> [CannedReply] {
        try await read { try Self.cannedReplies(in: $0) }
    }

    package func changeCannedReplies(
        publish: @escaping Publish,
        rule: @escaping @Sendable ([CannedReply]) throws(DeskError) -> CannedReplyDecision
    ) async throws(DeskError) {
        try await commits.write { db in
            let decision = try rule(try Self.cannedReplies(in: db))
            switch decision.change {
            case .save(let reply):
                try db.run(
                    "INSERT OR REPLACE INTO cannedReplies (id, title, text, updatedAt) VALUES (?, ?, ?, ?)",
                    [reply.id.rawValue, reply.title, reply.text, reply.updatedAt.milliseconds]
                )
            case .delete(let id):
                try db.run("DELETE FROM cannedReplies WHERE id = ?", [id.rawValue])
            }
            try AuditRows.insert(decision.audit, in: db)
            return GroupCommit.Outcome(answer: (), events: decision.events, publish: publish)
        }
    }

    private static func cannedReplies(in db: Database) throws -> [CannedReply] {
        try db.all("SELECT id, title, text, updatedAt FROM cannedReplies") { row in
            CannedReply(
                id: CannedReply.ID(rawValue: row[0]),
                title: row[1],
                text: row[2],
                updatedAt: row.timestamp(3)
            )
        }
    }
}
