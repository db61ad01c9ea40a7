import Desk
import GRDB

/// Entries of the audit log as rows, and back.
enum AuditRows {
    private static let columns = """
        row, at, actorKind, actorId, actorName, action, targetKind, targetId, targetName, detail
        """

    private enum ActorKind: String {
        case account, system, nobody
        case commandLine = "command_line"
    }

    /// Nothing for nil.
    static func insert(_ entry: AuditEntry?, in db: Database) throws {
        guard let entry else { return }
        let (kind, id, name) = columns(of: entry.actor)
        let sql = """
            INSERT INTO audit (at, actorKind, actorId, actorName, action, targetKind, targetId, targetName, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                entry.at.milliseconds, kind.rawValue, id, name, entry.action.rawValue, entry.target?.kind.rawValue,
                entry.target?.id, entry.target?.name, entry.detail,
            ]
        )
    }

    static func records(_ query: AuditQuery, limit: Int, in db: Database) throws -> [AuditRecord] {
        let sql =
            "SELECT \(columns) FROM audit WHERE row < ?" + (query.action == nil ? "" : " AND action = ?")
            + " ORDER BY row DESC LIMIT ?"
        var arguments: StatementArguments = [query.before ?? .max]
        if let action = query.action { arguments += [action.rawValue] }
        return try db.all(sql, arguments + [limit], decode)
    }

    private static func decode(_ row: Row) throws -> AuditRecord {
        let kind: AuditTarget.Kind? = try row.optionalSpelled(6)
        let entry = AuditEntry(
            try row.spelled(5),
            on: kind.map { AuditTarget(kind: $0, id: row[7], name: row[8]) },
            by: try actor(row),
            at: row.timestamp(1),
            detail: row[9]
        )
        return AuditRecord(number: row[0], entry: entry)
    }

    private static func actor(_ row: Row) throws -> Actor {
        switch try row.spelled(2) as ActorKind {
        case .account: .account(Account.ID(rawValue: row[3] ?? ""), name: row[4] ?? "")
        case .commandLine: .commandLine
        case .system: .system
        case .nobody: .nobody
        }
    }

    private static func columns(of actor: Actor) -> (ActorKind, id: String?, name: String?) {
        switch actor {
        case .account(let id, let name): (.account, id.rawValue, name)
        case .commandLine: (.commandLine, nil, nil)
        case .system: (.system, nil, nil)
        case .nobody: (.nobody, nil, nil)
        }
    }
}
