package import Desk
import GRDB

extension SQLiteStore {
    package func wordFilter() async throws(DeskError) -> WordFilter {
        try await read(Self.wordFilter)
    }

    package func setWordFilter(_ filter: WordFilter, audit: AuditEntry) async throws(DeskError) {
        try await commits.write { db in
            guard try Self.wordFilter(in: db) != filter else { return GroupCommit.Outcome(answer: ()) }
            let lines = [filter.mode.rawValue] + filter.words
            return try Self.set(.wordFilter, to: lines.joined(separator: "\n"), audit, in: db)
        }
    }

    package func retention() async throws(DeskError) -> Retention {
        try await read(Self.retention)
    }

    package func setRetention(_ retention: Retention, audit: AuditEntry) async throws(DeskError) {
        try await commits.write { db in
            guard try Self.retention(in: db) != retention else { return GroupCommit.Outcome(answer: ()) }
            return try Self.set(.retentionDays, to: String(retention.days), audit, in: db)
        }
    }

    private static func wordFilter(in db: Database) throws -> WordFilter {
        guard let text = try setting(.wordFilter, in: db) else { return .off }
        // The mode, then a word a line: no word holds a line break.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let mode = WordFilter.Mode(rawValue: lines[0]) else {
            throw DatabaseError(message: "unknown WordFilter.Mode in the database")
        }
        return try WordFilter(mode: mode, words: Array(lines.dropFirst()))
    }

    private static func retention(in db: Database) throws -> Retention {
        guard let text = try setting(.retentionDays, in: db) else { return .standard }
        guard let days = Int(text) else { throw DatabaseError(message: "unknown retention in the database") }
        return try Retention(days: days)
    }

    private enum Name: String {
        case wordFilter, retentionDays
    }

    private static func setting(_ name: Name, in db: Database) throws -> String? {
        try db.first("SELECT value FROM settings WHERE name = ?", [name.rawValue]) { $0[0] }
    }

    private static func set(
        _ name: Name,
        to value: String,
        _ audit: AuditEntry,
        in db: Database
    ) throws -> GroupCommit.Outcome<Void> {
        try db.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", [name.rawValue, value])
        return GroupCommit.Outcome(answer: try AuditRows.insert(audit, in: db))
    }
}
