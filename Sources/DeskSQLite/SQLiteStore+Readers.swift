import Dispatch
import GRDB
import Synchronization

extension SQLiteStore {
    /// Opens all reader connections now, so that reading needs no further file descriptor when many
    /// sockets have taken them: each waits in a read of its own until all are there. Blocks for that long.
    ///
    /// - Throws: ``StorageError/unusable(path:reason:)``.
    package func openReaders() throws(StorageError) {
        let count = pool.configuration.maximumReaderCount
        let (arrived, all) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let failure = FirstFailure()
        for _ in 0..<count {
            pool.asyncRead { connection in
                do {
                    _ = try Int.fetchOne(connection.get(), sql: "SELECT count(*) FROM sqlite_schema")
                } catch {
                    failure.note(error)
                }
                arrived.signal()
                all.wait()
            }
        }
        for _ in 0..<count { arrived.wait() }
        for _ in 0..<count { all.signal() }
        if let reason = failure.reason { throw .unusable(path: pool.path, reason: reason) }
    }
}

private final class FirstFailure: Sendable {
    private let text = Mutex<String?>(nil)

    var reason: String? { text.withLock(\.self) }

    func note(_ error: any Error) {
        text.withLock { $0 = $0 ?? "\(error)" }
    }
}
