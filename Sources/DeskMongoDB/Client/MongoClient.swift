#if MongoDB
import CMongoC
import NIOPosix
import Synchronization

/// Commands to one database. libmongoc blocks, so each waits on a thread of a pool as large as the pool of
/// connections, never on an event loop and never in Swift's own pool.
final class MongoClient: Sendable {
    /// Commands that wait for a thread; what comes on top is refused at once.
    static let maximumWaiting = 10_000

    private let database: String
    // Safe: mongoc_client_pool_t may be used from any thread, and is destroyed when nobody uses it any more.
    nonisolated(unsafe) private let pool: OpaquePointer
    private let threads: NIOThreadPool
    private let unfinished = Atomic(0)

    /// libmongoc, started once.
    static let library: Void = cmongoc_start()

    /// Told of each command, for tests.
    @TaskLocal static var heard: @Sendable (BSONDocument) -> Void = { _ in }

    /// Connects with the first command.
    ///
    /// - Parameters:
    ///   - connections: The most there are at a time.
    ///   - patience: How long to look for a primary, and to wait for an answer.
    /// - Throws: ``MongoError/malformed`` if `uri` is none.
    init(
        uri: String,
        database: String,
        connections: Int = 16,
        patience: Duration = .seconds(5)
    ) throws(MongoError) {
        Self.library
        let milliseconds = Int32(patience / .milliseconds(1))
        guard let pool = cmongoc_pool_new(uri, UInt32(clamping: connections), milliseconds) else {
            throw .malformed
        }
        self.database = database
        self.pool = pool
        self.threads = NIOThreadPool(numberOfThreads: connections)
        threads.start()
    }

    deinit {
        // Every command holds the client until its thread is done.
        threads.shutdownGracefully { _ in }
        mongoc_client_pool_destroy(pool)
    }

    /// Runs a command that changes nothing.
    func read(_ command: BSONDocument) async throws(MongoError) -> BSONDocument {
        try await run(command, writes: false)
    }

    /// Runs a command that returns once a majority has it on disk.
    func write(_ command: BSONDocument) async throws(MongoError) -> BSONDocument {
        try await run(command, writes: true)
    }

    private func run(_ command: BSONDocument, writes: Bool) async throws(MongoError) -> BSONDocument {
        guard unfinished.add(1, ordering: .relaxed).newValue <= Self.maximumWaiting else {
            unfinished.subtract(1, ordering: .relaxed)
            throw .busy
        }
        defer { unfinished.subtract(1, ordering: .relaxed) }
        Self.heard(command)
        let bytes = command.bytes
        do {
            return try await threads.runIfActive { try self.runBlocking(bytes, writes: writes) }
        } catch let error as MongoError {
            throw error
        } catch {
            // The pool takes no more, or the task was cancelled before its turn.
            throw .busy
        }
    }

    private func runBlocking(_ command: [UInt8], writes: Bool) throws(MongoError) -> BSONDocument {
        var (length, outcome) = (UInt32(0), cmongoc_error())
        let bytes = cmongoc_run(pool, database, command, command.count, writes, &length, &outcome)
        defer { bson_free(bytes) }
        let reply = BSONDocument(bytes: ArraySlice(UnsafeBufferPointer(start: bytes, count: Int(length))))
        // It may have been done, and may be undone: whatever the reason, nobody knows.
        if let code = reply?["writeConcernError"]?.document?["code"]?.int { throw .unreachable(code: Int(code)) }
        if let code = reply?["writeErrors"]?.array?.first?.document?["code"]?.int {
            throw MongoError(code: Int(code), isFromServer: true)
        }
        guard outcome.domain == 0 else {
            throw MongoError(code: Int(outcome.code), isFromServer: outcome.domain == MONGOC_ERROR_SERVER.rawValue)
        }
        guard let reply else { throw .malformed }
        return reply
    }
}
#endif
