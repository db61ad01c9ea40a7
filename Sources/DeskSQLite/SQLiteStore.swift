package import Desk
import GRDB

/// The desk's store in one SQLite file: the default.
///
/// Reads run on the pool's reader connections, each on a snapshot of its own; all writes go through
/// ``GroupCommit``. Safe to use from any task; nothing blocks the calling thread.
package final class SQLiteStore: DeskStore {
    /// What the log should have. Callers see no more of it than ``DeskError/unavailable``.
    package enum Incident: Sendable {
        /// One read or write failed.
        case failure(any Error)
        /// From now on all writes are refused.
        case writesRefused(StoreTrouble, any Error)
        /// That is over.
        case writesTaken
    }

    /// Called on any thread.
    package typealias Report = @Sendable (Incident) -> Void

    /// Told of each transaction of writes: how many there were, and the time from its begin to its end on disk. Called
    /// by the writer, which waits for it.
    package typealias OnCommit = @Sendable (_ writes: Int, _ time: Duration) -> Void

    /// Runs what tells the outcome of one transaction: to callers, and to those who hear of events.
    package typealias Telling = @Sendable (_ tell: () -> Void) -> Void

    /// Runs `wake`, which has the idle writer begin: now, or once the caller has handed over all that it has. What comes
    /// until then shares a transaction with the first.
    package typealias Waking = @Sendable (_ wake: @escaping @Sendable () -> Void) -> Void

    let pool: DatabasePool
    let commits: GroupCommit
    let indexing: SearchIndexing
    let report: Report

    /// Opens the database file, and creates it (mode 0600) if there is none.
    ///
    /// - Parameters:
    ///   - migrates: Whether the database is checked, and an older or missing one brought to
    ///     the version of ``Schema/current``. False beside a running server.
    ///   - onCommit: For measurements. Default: nobody is told.
    ///   - telling: Called by the writer, after each commit. Default: it just tells.
    ///   - waking: Called by who writes first. Default: it wakes at once.
    ///   - report: For the log.
    /// - Throws: ``StorageError``. A database of a newer version, or one that is not Martlet's, stays
    ///   byte for byte as it is, and no file appears beside it.
    package convenience init(
        path: String,
        migrates: Bool,
        onCommit: @escaping OnCommit = { _, _ in },
        telling: @escaping Telling = { $0() },
        waking: @escaping Waking = { $0() },
        report: @escaping Report
    ) throws(StorageError) {
        try self.init(
            path: path,
            .current,
            migrates: migrates,
            onCommit: onCommit,
            telling: telling,
            waking: waking,
            report: report
        )
    }

    init(
        path: String,
        _ schema: Schema,
        migrates: Bool,
        onCommit: @escaping OnCommit = { _, _ in },
        telling: @escaping Telling = { $0() },
        waking: @escaping Waking = { $0() },
        report: @escaping Report
    ) throws(StorageError) {
        let state = try DatabaseFile.state(at: path, schema)
        if state == .absent {
            guard migrates else { throw .olderDatabase(path: path) }
            try DatabaseFile.create(at: path)
        }
        do {
            self.pool = try DatabasePool(path: path, configuration: Self.configuration)
            if migrates, state != .absent { try DatabaseCheck.run(on: pool, path: path) }
            try pool.writeWithoutTransaction { db in
                // First: a migration deletes, too.
                try Self.configureWriter(db)
                try schema.migrate(db, path: path, isAllowed: migrates)
            }
        } catch let error as StorageError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            throw .damagedDatabase(path: path)
        } catch let error as DatabaseError {
            throw .unusable(path: path, reason: error.message ?? "\(error.resultCode)")
        } catch {
            throw .unusable(path: path, reason: "\(error)")
        }
        self.report = report
        self.commits = GroupCommit(pool: pool, report: report, onCommit: onCommit, telling: telling, waking: waking)
        self.indexing = SearchIndexing(pool: pool, commits: commits)
        // Beside a running server, that one does it.
        if migrates { indexing.start() }
    }

    /// Finishes the writes already queued and closes the file. Later calls get
    /// ``DeskError/unavailable``.
    package func close() {
        indexing.stop()
        commits.close()
        // The last connection to be closed may be one that only reads, and leaves the log as it is. Who has locked the
        // database puts that off.
        _ = try? pool.writeWithoutTransaction { db in
            // Those for which the writer has not been woken yet.
            commits.drain(db)
            return try db.checkpoint(.truncate)
        }
        do {
            try pool.close()
        } catch {
            report(.failure(error))
        }
    }

    package var trouble: StoreTrouble? { commits.trouble }

    package var queuedWriteCount: Int { commits.queuedCount }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Answer
    ) async throws(DeskError) -> Answer {
        do {
            return try await pool.read(body)
        } catch let error as DeskError {
            throw error
        } catch is CancellationError {
            throw .unavailable
        } catch {
            report(.failure(error))
            throw .unavailable
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "martlet"
        // Commands on the same data directory write too, each in a short transaction.
        configuration.busyMode = .timeout(5)
        // Nothing that works now shall need another file descriptor later; see openReaders().
        configuration.persistentReadOnlyConnections = true
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA temp_store = MEMORY") }
        return configuration
    }

    /// An acknowledged message survives a loss of power only if each commit syncs the log. GRDB chooses
    /// NORMAL when it opens a pool, so this comes after, and is checked.
    private static func configureWriter(_ db: Database) throws {
        try db.execute(sql: "PRAGMA synchronous = FULL")
        // What is deleted or written over must not stand in free space, where a later erasure does not reach it.
        try db.execute(sql: "PRAGMA secure_delete = ON")
        // 32 MiB for the pages that writes touch again and again, and a log of 16 MiB before it is moved
        // into the database: both spare work that would hold up the queue of writes.
        try db.execute(sql: "PRAGMA cache_size = -32768")
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
        let level = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        guard level == 2 else {
            throw DatabaseError(message: "synchronous is \(level.map(String.init) ?? "unknown"), not FULL")
        }
    }
}
