import Desk
import GRDB

/// Login sessions as rows, and back.
enum LoginRows {
    /// In the order that ``decode(_:)`` expects.
    private static let columns = """
        s.id, users.id, s.createdAt, s.expiresAt, s.endedAt, s.endReason, s.changedAt
        """
    private static let columnCount = 7
    private static let source = "loginSessions s JOIN users ON users.row = s.accountRow"

    private static func decode(_ row: Row) throws -> LoginSession {
        LoginSession(
            id: LoginSession.ID(rawValue: row[0]),
            accountID: Account.ID(rawValue: row[1]),
            createdAt: row.timestamp(2),
            expiresAt: row.timestamp(3),
            endedAt: row.optionalTimestamp(4),
            endReason: try row.optionalSpelled(5),
            changedAt: row.timestamp(6)
        )
    }

    static func login(_ id: LoginSession.ID, in db: Database) throws -> Login? {
        let sql = """
            SELECT \(columns), \(AccountRows.columns)
            FROM \(source) JOIN accounts ON accounts.row = s.accountRow WHERE s.id = ?
            """
        return try db.first(sql, [id.rawValue]) { row in
            Login(session: try decode(row), account: try AccountRows.decode(row, at: columnCount))
        }
    }

    static func changed(since moment: Timestamp, in db: Database) throws -> [LoginSession] {
        let sql = "SELECT \(columns) FROM \(source) WHERE s.changedAt >= ? ORDER BY s.changedAt"
        return try db.all(sql, [moment.milliseconds], decode)
    }

    static func insert(_ session: LoginSession, in db: Database) throws {
        let sql = """
            INSERT INTO loginSessions (id, accountRow, createdAt, expiresAt, endedAt, endReason, changedAt)
            VALUES (?, (SELECT row FROM users WHERE id = ?), ?, ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                session.id.rawValue, session.accountID.rawValue, session.createdAt.milliseconds,
                session.expiresAt.milliseconds, session.endedAt?.milliseconds, session.endReason?.rawValue,
                session.changedAt.milliseconds,
            ]
        )
    }

    static func update(_ session: LoginSession, in db: Database) throws {
        let sql = "UPDATE loginSessions SET expiresAt = ?, endedAt = ?, endReason = ?, changedAt = ? WHERE id = ?"
        try db.run(
            sql,
            [
                session.expiresAt.milliseconds, session.endedAt?.milliseconds, session.endReason?.rawValue,
                session.changedAt.milliseconds, session.id.rawValue,
            ]
        )
    }

    static func delete(endedBefore moment: Timestamp, in db: Database) throws {
        let sql = "DELETE FROM loginSessions WHERE min(expiresAt, ifnull(endedAt, expiresAt)) < ?"
        try db.run(sql, [moment.milliseconds])
    }

    static func endAll(
        of id: Account.ID,
        because reason: LoginSession.EndReason,
        at moment: Timestamp,
        in db: Database
    ) throws {
        let sql = """
            UPDATE loginSessions SET endedAt = ?, endReason = ?, changedAt = ?
            WHERE accountRow = (SELECT row FROM users WHERE id = ?) AND endedAt IS NULL
            """
        try db.run(sql, [moment.milliseconds, reason.rawValue, moment.milliseconds, id.rawValue])
    }
}
