package import Desk
import GRDB

extension SQLiteStore {
    package func wordFilter() async throws(DeskError) -> WordFilter {
        try await read { db in
            let sql = "SELECT value FROM settings WHERE name = ?"
            guard let text = try db.first(sql, [Self.wordFilterName], { $0[0] as String }) else { return .off }
            // The mode, then a word a line: no word holds a line break.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            guard let mode = WordFilter.Mode(rawValue: lines[0]) else {
                throw DatabaseError(message: "unknown WordFilter.Mode in the database")
            }
            return try WordFilter(mode: mode, words: Array(lines.dropFirst()))
        }
    }

    package func setWordFilter(_ filter: WordFilter) async throws(DeskError) {
        let text = ([filter.mode.rawValue] + filter.words).joined(separator: "\n")
        try await commits.write { db in
            let sql = "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)"
            try db.run(sql, [Self.wordFilterName, text])
            return GroupCommit.Outcome(answer: ())
        }
    }

    private static let wordFilterName = "wordFilter"
}
