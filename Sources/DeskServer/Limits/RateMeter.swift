import Desk
import Synchronization

/// Counts by one rate, for each of many keys, in bounded memory. Thread-safe.
final class RateMeter<Key: Hashable & Sendable>: Sendable {
    private let table: Mutex<BucketTable<Key>?>
    private let elapsed: @Sendable () -> Duration

    /// - Parameters:
    ///   - rate: nil for no limit.
    ///   - elapsed: A clock that never goes back.
    init(_ rate: Rate?, elapsed: @escaping @Sendable () -> Duration) {
        table = Mutex(rate.map { BucketTable($0) })
        self.elapsed = elapsed
    }

    /// - Throws: ``DeskError/rateLimited(retryAfter:)``.
    func take(_ key: Key) throws(DeskError) {
        // Read inside of the lock: in the order of the calls, time never goes back.
        if let wait = table.withLock({ $0?.take(key, at: elapsed()) }) { throw .rateLimited(retryAfter: wait) }
    }

    /// Puts back what was taken and not used.
    func giveBack(_ key: Key) {
        table.withLock { $0?.giveBack(key) }
    }
}
