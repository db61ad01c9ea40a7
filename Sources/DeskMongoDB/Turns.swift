#if MongoDB
import Synchronization

/// Lets those who want the same thing have it one after the other, in the order they came. Within one node: between
/// nodes only the database decides.
///
/// So many may wait for one thing that others find room, too; what nobody has, is had at once by whoever comes.
final class Turns: Sendable {
    private enum Place {
        case first, behindOthers, none
    }

    private struct Lines {
        /// Those who wait for what somebody has now, each to be told to start.
        var waiting: [String: [@Sendable () -> Void]] = [:]
        var count = 0
    }

    private let lines = Mutex(Lines())
    private let longestLine: Int
    private let most: Int

    /// - Parameters:
    ///   - longestLine: how many may wait for one thing.
    ///   - most: how many may wait in all.
    init(longestLine: Int = 1000, most: Int = 10_000) {
        self.longestLine = longestLine
        self.most = most
    }

    /// Runs `body` in the caller's task.
    ///
    /// - Parameter isCommitted: Whether it is the rest of something that cannot be undone; then nobody is sent away.
    /// - Throws: ``MongoError/busy`` if too many wait; whatever `body` throws.
    func take<Answer>(
        _ key: String,
        isCommitted: Bool = false,
        _ body: () async throws -> Answer
    ) async throws -> Answer {
        let isTaken = await withCheckedContinuation { continuation in
            if !enqueue(key, isCommitted, { continuation.resume(returning: true) }) {
                continuation.resume(returning: false)
            }
        }
        guard isTaken else { throw MongoError.busy }
        defer { end(key) }
        return try await body()
    }

    /// The same for one who does not wait: the order is that of the calls.
    ///
    /// - Throws: ``MongoError/busy`` if too many wait. Then `body` is not called.
    func begin(_ key: String, _ body: @escaping @Sendable () async -> Void) throws(MongoError) {
        let isTaken = enqueue(key, false) {
            Task {
                await body()
                self.end(key)
            }
        }
        guard isTaken else { throw .busy }
    }

    private func enqueue(_ key: String, _ isCommitted: Bool, _ start: @escaping @Sendable () -> Void) -> Bool {
        let place: Place = lines.withLock { lines in
            guard let length = lines.waiting[key]?.count else {
                lines.waiting[key] = []
                return .first
            }
            guard isCommitted || (length < longestLine && lines.count < most) else { return .none }
            lines.waiting[key]?.append(start)
            lines.count += 1
            return .behindOthers
        }
        if place == .first { start() }
        return place != .none
    }

    private func end(_ key: String) {
        let next: (@Sendable () -> Void)? = lines.withLock { lines in
            guard lines.waiting[key]?.isEmpty == false else {
                lines.waiting[key] = nil
                return nil
            }
            lines.count -= 1
            return lines.waiting[key]?.removeFirst()
        }
        next?()
    }
}
#endif
