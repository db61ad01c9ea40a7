import Dispatch
import GRDB
import Synchronization

/// Looks through a database before it is served from: SQLite itself opens a damaged one without a word.
enum DatabaseCheck {
    /// What a start may wait for it. A database that takes longer is taken as good.
    private static let patience = DispatchTimeInterval.seconds(2)

    /// Stops the check in time, and nothing that comes after it.
    private final class Stopwatch: Sendable {
        private let isRunning = Mutex(true)

        func stop(_ pool: DatabasePool) {
            isRunning.withLock { if $0 { pool.interrupt() } }
        }

        func end() {
            isRunning.withLock { $0 = false }
        }
    }

    /// - Throws: ``StorageError/damagedDatabase(path:)``; whatever reading throws.
    static func run(on pool: DatabasePool, path: String) throws {
        let stopwatch = Stopwatch()
        DispatchQueue.global().asyncAfter(deadline: .now() + patience) { stopwatch.stop(pool) }
        defer { stopwatch.end() }
        do {
            let verdict = try pool.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
            if verdict != "ok" { throw StorageError.damagedDatabase(path: path) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            return
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            throw StorageError.damagedDatabase(path: path)
        }
    }
}
