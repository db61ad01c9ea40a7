import Desk
import Synchronization

/// Counts by one rate, for each of many keys, in bounded memory. Thread-safe.
final class RateMeter<Key: Hashable & Sendable & CustomStringConvertible>: Sendable {
    private let name: String
    private let rate: Rate?
    /// The count of all nodes; nil if there are no others.
    private let shared: (any SharedLimits)?
    private let table: Mutex<BucketTable<Key>?>
    private let elapsed: @Sendable () -> Duration

    /// - Parameters:
    ///   - rate: nil for no limit.
    ///   - name: Tells it from others that all nodes count.
    ///   - shared: Counts over all nodes. Default: nobody does.
    ///   - elapsed: A clock that never goes back.
    init(
        _ rate: Rate?,
        _ name: String,
        shared: (any SharedLimits)? = nil,
        elapsed: @escaping @Sendable () -> Duration
    ) {
        self.name = name
        self.rate = rate
        self.shared = shared
        table = Mutex(rate.map { BucketTable($0) })
        self.elapsed = elapsed
    }

    /// - Throws: ``DeskError/rateLimited(retryAfter:)``.
    func take(_ key: Key) throws(DeskError) {
        // Read inside of the lock: in the order of the calls, time never goes back.
        if let wait = table.withLock({ $0?.take(key, at: elapsed()) }) { throw .rateLimited(retryAfter: wait) }
    }

    /// Takes from what all nodes have together what ``take(_:)`` has taken from this one's. Without an answer that was
    /// enough.
    ///
    /// - Throws: ``DeskError/rateLimited(retryAfter:)``; then nothing is taken.
    func takeShared(_ key: Key) async throws(DeskError) {
        guard let rate, let shared, let wait = await shared.take(rate, of: "\(name):\(key)"), wait > .zero else {
            return
        }
        table.withLock { $0?.giveBack(key) }
        throw .rateLimited(retryAfter: wait)
    }

    /// Puts back what was taken and not used.
    func giveBack(_ key: Key) {
        if let rate, let shared { shared.giveBack(rate, of: "\(name):\(key)") }
        table.withLock { $0?.giveBack(key) }
    }
}
