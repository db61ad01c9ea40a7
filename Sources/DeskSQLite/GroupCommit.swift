import Desk
import Dispatch
import GRDB
import Synchronization

/// The one writer: many writes, one sync to disk.
///
/// Writes queue up; whatever queued while the last commit ran becomes one transaction, in which a write that fails does
/// not spoil the others. Nobody gets an answer before the commit, and events are published in commit order, each write's
/// before its caller resumes.
///
/// The queue is bounded: beyond ``capacity`` writes are refused as ``DeskError/unavailable``. If BEGIN
/// or COMMIT fails, all writes of the transaction are; and if the reason is one that concerns all, those
/// that wait behind them too, and what comes as long as the ``trouble`` lasts. So nobody waits longer than
/// one transaction does: for a lock, the busy timeout.
final class GroupCommit: Sendable {
    /// What a write did, to be handed out after the commit.
    struct Outcome<Answer: Sendable>: Sendable {
        var answer: Answer
        var events: [DeskEvent] = []
        var publish: Publish?
    }

    private struct Write: Sendable {
        /// Runs inside the transaction; the closure it returns is called once that is committed.
        var run: @Sendable (Database, WorkingTickets) throws -> @Sendable () -> Void
        /// Called instead if the transaction came to nothing.
        var fail: @Sendable () -> Void
    }

    private struct Queue: Sendable {
        var writes: [Write] = []
        var isDraining = false
        var isClosed = false
        /// Set from a commit that failed for a reason that concerns all, to the next one that does not.
        var trouble: StoreTrouble?
    }

    static let batchLimit = 512
    static let capacity = 10_000

    private let pool: DatabasePool
    private let retryInterval: Duration
    private let report: SQLiteStore.Report
    private let onCommit: SQLiteStore.OnCommit
    private let telling: SQLiteStore.Telling
    private let waking: SQLiteStore.Waking
    private let queue = Mutex(Queue())
    // Safe: touched on the pool's writer queue only.
    private nonisolated(unsafe) let tickets = WorkingTickets()

    /// - Parameters:
    ///   - retryInterval: Time between two attempts to write while there is trouble. Default 1 s.
    ///   - onCommit: Called on the writer's thread. Default: nobody is told.
    ///   - telling: Runs on the writer's thread what tells the outcome of one transaction. Default: it just runs it.
    ///   - waking: Runs, now or soon, what wakes the idle writer. Default: now.
    init(
        pool: DatabasePool,
        retryInterval: Duration = .seconds(1),
        report: @escaping SQLiteStore.Report,
        onCommit: @escaping SQLiteStore.OnCommit = { _, _ in },
        telling: @escaping SQLiteStore.Telling = { $0() },
        waking: @escaping SQLiteStore.Waking = { $0() }
    ) {
        self.pool = pool
        self.retryInterval = retryInterval
        self.report = report
        self.onCommit = onCommit
        self.telling = telling
        self.waking = waking
    }

    /// Runs `body` in the next transaction and returns what it answered once that is committed.
    ///
    /// - Throws: The ``DeskError`` that `body` threw, after undoing what it wrote;
    ///   ``DeskError/unavailable`` for every other error.
    func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Outcome<Answer>
    ) async throws(DeskError) -> Answer {
        let result = await withCheckedContinuation { continuation in
            submit(body) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// As ``write(_:)``, for a thread that may wait: never one of the tasks' own, an event loop's or the writer's.
    ///
    /// - Parameter body: Changes nothing that a ``Ticket`` has.
    func writeAsideAndWait<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Outcome<Answer>
    ) throws(DeskError) -> Answer {
        let (done, answer) = (DispatchSemaphore(value: 0), Answered<Answer>())
        submit(body, changesTickets: false) { result in
            answer.result.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        return try answer.result.withLock(\.self).get()
    }

    /// As ``write(_:)``, for one who does not wait.
    ///
    /// - Parameters:
    ///   - changesTickets: Whether all that is known of tickets has to be read anew then. Default true.
    ///   - completion: Called on the writer's thread, or at once if the write is refused.
    func submit<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Outcome<Answer>,
        changesTickets: Bool = true,
        completion: @escaping Completion<Answer>
    ) {
        enqueue(for: completion) { db, tickets in
            try tickets.store(in: db)
            if changesTickets { tickets.forget() }
            return try self.inSavepoint(db) { try body(db) }
        }
    }

    /// The same for a change of a ticket, of which many may be in one transaction.
    ///
    /// - Parameter body: Touches the database with one statement at most, and tickets after that: so nothing has to be
    ///   undone when it throws.
    func submitChange<Answer: Sendable>(
        completion: @escaping Completion<Answer>,
        _ body: @escaping @Sendable (Database, WorkingTickets) throws -> Outcome<Answer>
    ) {
        enqueue(for: completion) { db, tickets in
            do {
                return .success(try body(db, tickets))
            } catch {
                return try self.failure(error, in: db)
            }
        }
    }

    private func enqueue<Answer: Sendable>(
        for completion: @escaping Completion<Answer>,
        _ run: @escaping @Sendable (Database, WorkingTickets) throws -> Result<Outcome<Answer>, DeskError>
    ) {
        enqueue(
            Write(
                run: { db, tickets in
                    let result = try run(db, tickets)
                    return {
                        if case .success(let outcome) = result, !outcome.events.isEmpty {
                            outcome.publish?(outcome.events)
                        }
                        // A key path would be built anew each time: this code is generic.
                        completion(result.map { $0.answer })
                    }
                },
                fail: { completion(.failure(.unavailable)) }
            )
        )
    }

    /// Refuses all further writes; those already queued are still done.
    func close() {
        queue.withLock { $0.isClosed = true }
    }

    /// Why writes are refused now.
    var trouble: StoreTrouble? {
        queue.withLock(\.trouble)
    }

    /// How many writes wait for the next transaction.
    var queuedCount: Int {
        queue.withLock(\.writes.count)
    }

    private func enqueue(_ write: Write) {
        let (isAccepted, startsDraining) = queue.withLock { queue in
            guard !queue.isClosed, queue.trouble == nil, queue.writes.count < Self.capacity else {
                return (false, false)
            }
            queue.writes.append(write)
            defer { queue.isDraining = true }
            return (true, !queue.isDraining)
        }
        if !isAccepted { write.fail() }
        if startsDraining { waking { self.pool.asyncWriteWithoutTransaction(self.drain) } }
    }

    /// Runs on the pool's writer queue until nothing is left.
    func drain(_ db: Database) {
        while true {
            let batch = queue.withLock { queue in
                let batch = Array(queue.writes.prefix(Self.batchLimit))
                queue.writes.removeFirst(batch.count)
                queue.isDraining = !batch.isEmpty
                return batch
            }
            if batch.isEmpty { return }
            commit(batch, in: db)
        }
    }

    private func commit(_ batch: [Write], in db: Database) {
        let start = ContinuousClock.now
        do {
            try db.beginTransaction(.immediate)
            try tickets.begin(in: db)
            let completions = try batch.map { try $0.run(db, tickets) }
            try tickets.store(in: db)
            try db.commit()
            onCommit(batch.count, .now - start)
            telling { completions.forEach { $0() } }
        } catch {
            rollBack(db)
            tickets.forget()
            if let trouble = StoreTrouble(error, at: pool.path) {
                refuse(because: trouble, error)
            } else {
                report(.failure(error))
            }
            batch.forEach { $0.fail() }
        }
    }

    private func rollBack(_ db: Database) {
        guard db.isInsideTransaction else { return }
        do {
            try db.rollback()
        } catch {
            report(.failure(error))
        }
    }

    // MARK: - Trouble that concerns all

    private func refuse(because trouble: StoreTrouble, _ error: any Error) {
        let waiting = queue.withLock { queue in
            queue.trouble = trouble
            defer { queue.writes = [] }
            return queue.writes
        }
        report(.writesRefused(trouble, error))
        waiting.forEach { $0.fail() }
        Task {
            repeat {
                try? await Task.sleep(for: retryInterval)
            } while await !isOver()
        }
    }

    /// Tries to write. The smallest write there is: the version that stands in the file's header, once more.
    ///
    /// - Returns: Whether there is no further reason to try.
    private func isOver() async -> Bool {
        if queue.withLock(\.isClosed) { return true }
        do {
            try await pool.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                    try db.execute(sql: "PRAGMA user_version = \(version)")
                    return .commit
                }
            }
        } catch {
            let trouble = StoreTrouble(error, at: pool.path) ?? .ioError
            queue.withLock { $0.trouble = trouble }
            return false
        }
        queue.withLock { $0.trouble = nil }
        report(.writesTaken)
        return true
    }

    /// - Throws: If the transaction as a whole is lost.
    private func inSavepoint<Answer>(
        _ db: Database,
        _ body: () throws -> Outcome<Answer>
    ) throws -> Result<Outcome<Answer>, DeskError> {
        try db.run("SAVEPOINT one_write")
        do {
            let outcome = try body()
            try db.run("RELEASE one_write")
            return .success(outcome)
        } catch {
            let failure: Result<Outcome<Answer>, DeskError> = try failure(error, in: db)
            try db.run("ROLLBACK TO one_write")
            try db.run("RELEASE one_write")
            return failure
        }
    }

    /// What becomes of one write that failed.
    ///
    /// - Throws: `error`, if the transaction as a whole is lost: some errors (a full disk) make SQLite roll it back by
    ///   itself.
    private func failure<Answer>(
        _ error: any Error,
        in db: Database
    ) throws -> Result<Outcome<Answer>, DeskError> {
        guard db.isInsideTransaction else { throw error }
        if let refusal = error as? DeskError { return .failure(refusal) }
        report(.failure(error))
        return .failure(.unavailable)
    }
}

private final class Answered<Answer: Sendable>: Sendable {
    let result = Mutex<Result<Answer, DeskError>>(.failure(.unavailable))
}
