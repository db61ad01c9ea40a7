package import Desk
import GRDB

extension SQLiteStore {
    package func wordFilter() async throws(DeskError) -> WordFilter {
        try await read { db in
            guard let text = try Self.setting(.wordFilter, in: db) else { return .off }
            // The mode, then a word a line: no word holds a line break.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            guard let mode = WordFilter.Mode(rawValue: lines[0]) else {
                throw DatabaseError(message: "unknown WordFilter.Mode in the database")
            }
            return try WordFilter(mode: mode, words: Array(lines.dropFirst()))
        }
    }

    package func setWordFilter(_ filter: WordFilter, audit: AuditEntry) async throws(DeskError) {
        try await set(.wordFilter, to: ([filter.mode.rawValue] + filter.words).joined(separator: "\n"), audit)
    }

    package func retention() async throws(DeskError) -> Retention {
        try await read { db in
            guard let text = try Self.setting(.retentionDays, in: db) else { return .standard }
            guard let days = Int(text) else { throw DatabaseError(message: "unknown retention in the database") }
            return try Retention(days: days)
        }
    }

    package func setRetention(_ retention: Retention, audit: AuditEntry) async throws(DeskError) {
        try await set(.retentionDays, to: String(retention.days), audit)
    }

    private enum Name: String {
        case wordFilter, retentionDays
    }

    private static func setting(_ name: Name, in db: Database) throws -> String? {
        try db.first("SELECT value FROM settings WHERE name = ?", [name.rawValue]) { $0[0] }
    }

    private func set(_ name: Name, to value: String, _ audit: AuditEntry) async throws(DeskError) {
        try await commits.write { db in
            let sql = "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)"
            try db.run(sql, [name.rawValue, value])
            return GroupCommit.Outcome(answer: try AuditRows.insert(audit, in: db))
        }
    }
}
