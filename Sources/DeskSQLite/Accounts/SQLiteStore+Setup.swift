package import Desk
import GRDB

extension SQLiteStore {
    package func replaceSetupLink(with link: SetupLink) async throws(DeskError) {
        try await commits.write { db in
            guard try !AccountRows.exist(in: db) else { throw DeskError.conflict }
            try db.run("DELETE FROM setupLinks")
            try db.run(
                "INSERT INTO setupLinks (tokenHash, expiresAt) VALUES (?, ?)",
                [link.tokenHash.rawValue, link.expiresAt.milliseconds]
            )
            return GroupCommit.Outcome(answer: ())
        }
    }

    package func setupLink(_ tokenHash: SetupLink.TokenHash) async throws(DeskError) -> SetupLink? {
        try await read { try Self.setupLink(tokenHash, in: $0) }
    }

    package func insertFirstAccount(
        using tokenHash: SetupLink.TokenHash,
        rule: @escaping @Sendable (SetupLink) throws(DeskError) -> Audited<Account>
    ) async throws(DeskError) -> Account {
        try await commits.write { db in
            guard let link = try Self.setupLink(tokenHash, in: db) else { throw DeskError.notFound }
            let decision = try rule(link)
            try AccountRows.insert(decision.value, in: db)
            try AuditRows.insert(decision.audit, in: db)
            try db.run("DELETE FROM setupLinks")
            return GroupCommit.Outcome(answer: decision.value)
        }
    }

    private static func setupLink(_ tokenHash: SetupLink.TokenHash, in db: Database) throws -> SetupLink? {
        guard try !AccountRows.exist(in: db) else { return nil }
        let sql = "SELECT expiresAt FROM setupLinks WHERE tokenHash = ?"
        return try db.first(sql, [tokenHash.rawValue]) { row in
            SetupLink(tokenHash: tokenHash, expiresAt: row.timestamp(0))
        }
    }
}
