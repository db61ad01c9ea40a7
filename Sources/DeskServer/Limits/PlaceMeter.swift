import Desk
import Synchronization

/// Counts who is here at the same time, for each of many keys. Keeps a key only while somebody is here for it.
/// Thread-safe.
final class PlaceMeter<Key: Hashable & Sendable>: Sendable {
    /// Nobody knows when a place becomes free.
    private static var wait: Duration { .seconds(5) }

    private let limit: Int?
    private let taken = Mutex<[Key: Int]>([:])

    /// - Parameter limit: nil for none.
    init(_ limit: Int?) {
        self.limit = limit
    }

    /// - Parameter elsewhere: How many are on other nodes.
    /// - Throws: ``DeskError/rateLimited(retryAfter:)``.
    func take(_ key: Key, elsewhere: Int = 0) throws(DeskError) -> Place {
        let isFree = taken.withLock { taken in
            let count = taken[key, default: 0]
            if let limit, count + elsewhere >= limit { return false }
            taken[key] = count + 1
            return true
        }
        guard isFree else { throw .rateLimited(retryAfter: Self.wait) }
        return Place { self.leave(key) }
    }

    func count(_ key: Key) -> Int {
        taken.withLock { $0[key, default: 0] }
    }

    private func leave(_ key: Key) {
        taken.withLock { taken in
            let count = taken[key, default: 0] - 1
            taken[key] = count > 0 ? count : nil
        }
    }
}

/// A place that is taken for as long as somebody holds this. Nothing else gives it back, so that it comes back
/// once however its holder ends: refused, cut off halfway, or gone.
final class Place: Sendable {
    private let leave: @Sendable () -> Void

    init(leave: @escaping @Sendable () -> Void) {
        self.leave = leave
    }

    deinit { leave() }
}
