#if MongoDB
import Synchronization

/// Lets those who want the same thing have it one after the other, in the order they came. Within one node: between
/// nodes only the database decides.
final class Turns: Sendable {
    /// Those who wait for what somebody has now, each to be told to start.
    private let waiting = Mutex<[String: [@Sendable () -> Void]]>([:])

    /// Runs `body` in the caller's task.
    func take<Answer>(
        _ key: String,
        _ body: () async throws -> Answer
    ) async throws -> Answer {
        await withCheckedContinuation { continuation in
            enqueue(key) { continuation.resume() }
        }
        defer { end(key) }
        return try await body()
    }

    /// The same for one who does not wait: the order is that of the calls.
    func begin(_ key: String, _ body: @escaping @Sendable () async -> Void) {
        enqueue(key) {
            Task {
                await body()
                self.end(key)
            }
        }
    }

    private func enqueue(_ key: String, _ start: @escaping @Sendable () -> Void) {
        let isFree = waiting.withLock { waiting in
            guard waiting[key] != nil else {
                waiting[key] = []
                return true
            }
            waiting[key]?.append(start)
            return false
        }
        if isFree { start() }
    }

    private func end(_ key: String) {
        let next: (@Sendable () -> Void)? = waiting.withLock { waiting in
            guard waiting[key]?.isEmpty == false else {
                waiting[key] = nil
                return nil
            }
            return waiting[key]?.removeFirst()
        }
        next?()
    }
}
#endif
