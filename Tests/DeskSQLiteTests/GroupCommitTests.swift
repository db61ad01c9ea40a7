import Desk
import DeskStoreContract
import Dispatch
import GRDB
import Synchronization
import Testing

@testable import DeskSQLite

struct GroupCommitTests {
    /// Counts commits, and refuses them on demand.
    private final class Commits: TransactionObserver, Sendable {
        let count = Atomic(0)
        let isRefusing = Atomic(false)

        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
        func databaseDidChange(with event: DatabaseEvent) {}
        func databaseDidRollback(_ db: Database) {}
        func databaseDidCommit(_ db: Database) {
            count.add(1, ordering: .relaxed)
        }
        func databaseWillCommit() throws {
            if isRefusing.load(ordering: .relaxed) { throw DatabaseError(message: "refused") }
        }
    }

    private final class Heard: Sendable {
        private let list = Mutex<[Int]>([])

        var seqs: [Int] { list.withLock(\.self) }

        func add(_ events: [DeskEvent]) {
            for case .messagePosted(let message, _) in events { list.withLock { $0.append(message.seq) } }
        }
    }

    private let scratch: Scratch
    private let store: SQLiteStore
    private let bench: Bench
    private let commits = Commits()

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
        // It writes too, and these tests count.
        store.indexing.stop()
        bench = Bench(store: store)
        store.pool.add(transactionObserver: commits, extent: .databaseLifetime)
    }

    /// Holds the writer until `count` writes of `body` wait behind it, then lets them all go.
    private func inOneGo<Answer: Sendable>(
        _ count: Int,
        _ body: @escaping @Sendable (Int) async throws(DeskError) -> Answer
    ) async -> [Result<Answer, DeskError>] {
        let gate = DispatchSemaphore(value: 0)
        store.pool.asyncWriteWithoutTransaction { _ in gate.wait() }
        return await withTaskGroup(of: (Int, Result<Answer, DeskError>).self) { group in
            for index in 0..<count {
                group.addTask {
                    do throws(DeskError) {
                        return (index, .success(try await body(index)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            while store.commits.queuedCount < min(count, GroupCommit.capacity) { await Task.yield() }
            gate.signal()
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func addUser(_ id: String, thenThrow error: (any Error)? = nil) async throws(DeskError) {
        try await store.commits.write { db in
            try db.run("INSERT INTO users (id) VALUES (?)", [id])
            if let error { throw error }
            return GroupCommit.Outcome(answer: ())
        }
    }

    /// Until the store has found out by itself that writes work.
    private func waitUntilOver() async throws {
        let patience = ContinuousClock.now + .seconds(20)
        while store.trouble != nil, .now < patience { try await Task.sleep(for: .milliseconds(20)) }
        #expect(store.trouble == nil)
    }

    private func users() async throws -> Set<String> {
        try await store.pool.read { try String.fetchSet($0, sql: "SELECT id FROM users") }
    }

    @Test(arguments: [(100, 1), (512, 1), (513, 2), (1200, 3)])
    func `what queues during a commit becomes one transaction of 512 writes at most`(
        writes: Int,
        transactions: Int
    ) async throws {
        let before = commits.count.load(ordering: .relaxed)
        let results = await inOneGo(writes) { index throws(DeskError) in try await addUser("\(index)") }
        #expect(results.allSatisfy { $0.isSuccess })
        #expect(commits.count.load(ordering: .relaxed) - before == transactions)
        #expect(try await users().count == writes)
    }

    @Test func `what comes until the writer is woken becomes one transaction, and a close wakes it too`() async throws {
        let wakes = Mutex<[@Sendable () -> Void]>([])
        let scratch = try Scratch()
        let store = try SQLiteStore(
            path: scratch.databasePath,
            migrates: true,
            waking: { wake in wakes.withLock { $0.append(wake) } },
            report: scratch.reports.add
        )
        store.indexing.stop()
        store.pool.add(transactionObserver: commits, extent: .databaseLifetime)
        let (answers, answered) = AsyncStream.makeStream(of: Bool.self)
        let add: @Sendable (String) -> Void = { id in
            store.commits.submit { db in
                try db.run("INSERT INTO users (id) VALUES (?)", [id])
                return GroupCommit.Outcome(answer: ())
            } completion: { result in
                answered.yield(result.isSuccess)
            }
        }
        let before = commits.count.load(ordering: .relaxed)
        for id in ["a", "b", "c"] { add(id) }
        #expect(store.queuedWriteCount == 3)
        let first = wakes.withLock(\.self)
        #expect(first.count == 1)
        first.forEach { $0() }
        for await isStored in answers.prefix(3) { #expect(isStored) }
        #expect(commits.count.load(ordering: .relaxed) - before == 1)

        // The writer may not have seen yet that there is nothing more.
        var count = 3
        while wakes.withLock(\.count) == 1 {
            add("\(count)")
            count += 1
        }
        store.close()
        #expect(store.queuedWriteCount == 0)
        // Too late, and harmless.
        wakes.withLock(\.self).last?()
        let reopened = try scratch.store()
        let users = try await reopened.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM users") }
        #expect(users == count)
        reopened.close()
    }

    @Test func `one write that fails does not spoil the others of its commit`() async throws {
        let results = await inOneGo(30) { index throws(DeskError) in
            switch index % 3 {
            case 0: try await addUser("\(index)")
            case 1: try await addUser("\(index)", thenThrow: DeskError.closed)
            default: try await addUser("\(index)", thenThrow: DatabaseError(message: "broken"))
            }
        }
        for (index, result) in results.enumerated() {
            switch index % 3 {
            case 0: #expect(result.isSuccess)
            case 1: #expect(result.error == .closed)
            default: #expect(result.error == .unavailable)
            }
        }
        #expect(try await users() == Set((0..<30).filter { $0 % 3 == 0 }.map(String.init)))
        #expect(scratch.reports.count == 10)
    }

    @Test func `a commit that fails is unavailable to all its writes, and nobody hears of it`() async throws {
        let guest = bench.guest()
        let ticket = try await bench.ticket(by: guest)
        _ = bench.takeEvents()
        commits.isRefusing.store(true, ordering: .relaxed)
        let failed = await inOneGo(20) { index throws(DeskError) in
            try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID("\(index)"), by: guest)
        }
        #expect(failed.allSatisfy { $0.error == .unavailable })
        #expect(bench.takeEvents().isEmpty)
        #expect(try await bench.desk.ticket(ticket.id, for: guest) == ticket)

        commits.isRefusing.store(false, ordering: .relaxed)
        let stored = await inOneGo(20) { index throws(DeskError) in
            try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID("\(index)"), by: guest).seq
        }
        #expect(Set(stored.compactMap { try? $0.get() }) == Set(1...20))
    }

    @Test func `a full disk is unavailable, and only as long as it is full`() async throws {
        let guest = bench.guest()
        let ticket = try await bench.ticket(by: guest)
        let text = String(repeating: "x", count: 4000)
        try await store.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 10)")
        }
        let results = await inOneGo(100) { _ throws(DeskError) in
            try await bench.desk.postMessage(text, to: ticket.id, by: guest).seq
        }
        let stored = results.compactMap { try? $0.get() }
        #expect(results.allSatisfy { $0.isSuccess || $0.error == .unavailable })
        #expect(stored.count < 100)
        #expect(try await bench.desk.ticket(ticket.id, for: guest).lastSeq == stored.count)

        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        try await waitUntilOver()
        #expect(try await bench.desk.postMessage(text, to: ticket.id, by: guest).seq == stored.count + 1)
    }

    @Test func `a database that takes no writes is unavailable at once, goes on being read, and comes back`()
        async throws
    {
        let guest = bench.guest()
        let ticket = try await bench.ticket(by: guest)
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 1") }
        let refused = await inOneGo(GroupCommit.batchLimit * 3) { _ throws(DeskError) in
            try await bench.desk.postMessage("m", to: ticket.id, by: guest)
        }
        #expect(refused.allSatisfy { $0.error == .unavailable })
        #expect(store.trouble == .readOnly)
        #expect(try await bench.desk.ticket(ticket.id, for: guest) == ticket)
        await #expect(throws: DeskError.unavailable) {
            try await bench.desk.postMessage("m", to: ticket.id, by: guest)
        }
        // Told once, however many writes are refused.
        #expect(scratch.reports.count == 1)

        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 0") }
        try await waitUntilOver()
        #expect(try await bench.desk.postMessage("m", to: ticket.id, by: guest).seq == 1)
        #expect(scratch.reports.count == 2)
    }

    @Test(
        arguments: [
            (.SQLITE_FULL, .diskFull), (.SQLITE_READONLY_DBMOVED, .readOnly),
            (.SQLITE_BUSY, .locked), (.SQLITE_IOERR_FSYNC, .ioError), (.SQLITE_CORRUPT, .ioError),
            (.SQLITE_CONSTRAINT, nil), (.SQLITE_ERROR, nil),
        ] as [(ResultCode, StoreTrouble?)]
    )
    func `trouble is what the next write would meet too`(code: ResultCode, trouble: StoreTrouble?) {
        #expect(StoreTrouble(DatabaseError(resultCode: code), at: scratch.databasePath) == trouble)
    }

    @Test func `events are published in commit order, before their callers resume`() async throws {
        let guest = bench.guest()
        let ticket = try await bench.ticket(by: guest)
        let heard = Heard()
        let desk = Desk(
            store: store,
            now: { Timestamp(milliseconds: 0) },
            makeID: { [bench] in bench.newID() },
            publish: heard.add
        )
        await withTaskGroup { group in
            for _ in 0..<300 {
                group.addTask {
                    let message = try? await desk.postMessage("m", to: ticket.id, by: guest)
                    #expect(heard.seqs.contains(message?.seq ?? 0))
                }
            }
        }
        #expect(heard.seqs == Array(1...300))
    }

    @Test func `a full queue refuses at once`() async throws {
        let results = await inOneGo(GroupCommit.capacity + 50) { index throws(DeskError) in
            try await addUser("\(index)")
        }
        #expect(results.count { $0.isSuccess } == GroupCommit.capacity)
        #expect(results.count { $0.error == .unavailable } == 50)
    }

    @Test func `a closed store is unavailable`() async throws {
        let guest = bench.guest()
        let ticket = try await bench.ticket(by: guest)
        store.close()
        await #expect(throws: DeskError.unavailable) { try await bench.desk.ticket(ticket.id, for: guest) }
        await #expect(throws: DeskError.unavailable) {
            try await bench.desk.postMessage("m", to: ticket.id, by: guest)
        }
    }
}

extension Result {
    fileprivate var isSuccess: Bool { error == nil }

    fileprivate var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
