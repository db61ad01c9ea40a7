import Desk
import GRDB

/// Login sessions as rows, and back.
enum LoginRows {
    /// In the order that ``decode(_:)`` expects.
    private static let columns = """
        s.id, users.id, s.createdAt, s.expiresAt, s.endedAt, s.endReason, s.changedAt,
        s.lastUsedAt, s.browser
        """
    private static let columnCount = 9
    private static let source = "loginSessions s JOIN users ON users.row = s.accountRow"

    private static func decode(_ row: Row) throws -> LoginSession {
        LoginSession(
            id: LoginSession.ID(rawValue: row[0]),
            accountID: Account.ID(rawValue: row[1]),
            createdAt: row.timestamp(2),
            lastUsedAt: row.timestamp(7),
            browser: row[8],
            expiresAt: row.timestamp(3),
            endedAt: row.optionalTimestamp(4),
            endReason: try row.optionalSpelled(5),
            changedAt: row.timestamp(6)
        )
    }

    private static let loginSelection = """
        SELECT \(columns), \(AccountRows.columns)
        FROM \(source) JOIN accounts ON accounts.row = s.accountRow
        """

    private static func decodeLogin(_ row: Row) throws -> Login {
        Login(session: try decode(row), account: try AccountRows.decode(row, at: columnCount))
    }

    static func login(_ id: LoginSession.ID, in db: Database) throws -> Login? {
        try db.first(loginSelection + " WHERE s.id = ?", [id.rawValue], decodeLogin)
    }

    /// - Parameter id: nil for those of all accounts.
    static func logins(
        of id: Account.ID?,
        activeAt moment: Timestamp,
        limit: Int,
        in db: Database
    ) throws -> [Login] {
        let sql =
            loginSelection + " WHERE s.endedAt IS NULL AND s.expiresAt > ? AND NOT accounts.isDisabled"
            + (id == nil ? "" : " AND s.accountRow = (SELECT row FROM users WHERE id = ?)")
            + " ORDER BY s.lastUsedAt DESC, s.createdAt DESC, s.id LIMIT ?"
        var arguments: StatementArguments = [moment.milliseconds]
        if let id { arguments += [id.rawValue] }
        return try db.all(sql, arguments + [limit], decodeLogin)
    }

    static func changed(since moment: Timestamp, in db: Database) throws -> [LoginSession] {
        let sql = "SELECT \(columns) FROM \(source) WHERE s.changedAt >= ? ORDER BY s.changedAt"
        return try db.all(sql, [moment.milliseconds], decode)
    }

    static func insert(_ session: LoginSession, in db: Database) throws {
        let sql = """
            INSERT INTO loginSessions (id, accountRow, createdAt, expiresAt, endedAt, endReason, changedAt, lastUsedAt,
                browser)
            VALUES (?, (SELECT row FROM users WHERE id = ?), ?, ?, ?, ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                session.id.rawValue, session.accountID.rawValue, session.createdAt.milliseconds,
                session.expiresAt.milliseconds, session.endedAt?.milliseconds, session.endReason?.rawValue,
                session.changedAt.milliseconds, session.lastUsedAt.milliseconds, session.browser,
            ]
        )
    }

    static func update(_ session: LoginSession, in db: Database) throws {
        let sql = """
            UPDATE loginSessions SET expiresAt = ?, endedAt = ?, endReason = ?, changedAt = ?, lastUsedAt = ?
            WHERE id = ?
            """
        try db.run(
            sql,
            [
                session.expiresAt.milliseconds, session.endedAt?.milliseconds, session.endReason?.rawValue,
                session.changedAt.milliseconds, session.lastUsedAt.milliseconds, session.id.rawValue,
            ]
        )
    }

    static func delete(endedBefore moment: Timestamp, in db: Database) throws {
        let sql = "DELETE FROM loginSessions WHERE min(expiresAt, ifnull(endedAt, expiresAt)) < ?"
        try db.run(sql, [moment.milliseconds])
    }

    static func endAll(
        of id: Account.ID,
        except kept: LoginSession.ID?,
        because reason: LoginSession.EndReason,
        at moment: Timestamp,
        in db: Database
    ) throws {
        let sql = """
            UPDATE loginSessions SET endedAt = ?, endReason = ?, changedAt = ?
            WHERE accountRow = (SELECT row FROM users WHERE id = ?) AND endedAt IS NULL AND id <> ?
            """
        try db.run(
            sql,
            [moment.milliseconds, reason.rawValue, moment.milliseconds, id.rawValue, kept?.rawValue ?? ""]
        )
    }
}
