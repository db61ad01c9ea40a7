package import Desk
import GRDB

extension SQLiteStore {
    package func passwordLinks() async throws(DeskError) -> [Account.ID: PasswordLink] {
        let sql = "SELECT id, tokenHash, expiresAt FROM passwordLinks JOIN users ON users.row = accountRow"
        return try await read { db in
            let links = try db.all(sql) { (Account.ID(rawValue: $0[0]), PasswordLinkRows.decode($0, at: 1)) }
            return Dictionary(links) { first, _ in first }
        }
    }

    package func linkedAccount(_ tokenHash: PasswordLink.TokenHash) async throws(DeskError) -> LinkedAccount? {
        let sql = """
            SELECT tokenHash, expiresAt, \(AccountRows.columns)
            FROM \(AccountRows.source) JOIN passwordLinks ON accountRow = users.row
            WHERE tokenHash = ?
            """
        return try await read { db in
            try db.first(sql, [tokenHash.rawValue]) { row in
                LinkedAccount(account: try AccountRows.decode(row, at: 2), link: PasswordLinkRows.decode(row, at: 0))
            }
        }
    }
}

/// Links to passwords as rows, and back.
enum PasswordLinkRows {
    /// - Parameter first: The index of `tokenHash`; `expiresAt` follows.
    static func decode(_ row: Row, at first: Int) -> PasswordLink {
        PasswordLink(tokenHash: PasswordLink.TokenHash(rawValue: row[first]), expiresAt: row.timestamp(first + 1))
    }

    static func link(of id: Account.ID, in db: Database) throws -> PasswordLink? {
        let sql = """
            SELECT tokenHash, expiresAt FROM passwordLinks
            WHERE accountRow = (SELECT row FROM users WHERE id = ?)
            """
        return try db.first(sql, [id.rawValue]) { decode($0, at: 0) }
    }

    static func apply(_ change: AccountDecision.LinkChange, to id: Account.ID, in db: Database) throws {
        switch change {
        case .keep:
            break
        case .issue(let link):
            let sql = """
                INSERT OR REPLACE INTO passwordLinks (accountRow, tokenHash, expiresAt)
                VALUES ((SELECT row FROM users WHERE id = ?), ?, ?)
                """
            try db.run(sql, [id.rawValue, link.tokenHash.rawValue, link.expiresAt.milliseconds])
        case .revoke:
            let sql = "DELETE FROM passwordLinks WHERE accountRow = (SELECT row FROM users WHERE id = ?)"
            try db.run(sql, [id.rawValue])
        }
    }
}
