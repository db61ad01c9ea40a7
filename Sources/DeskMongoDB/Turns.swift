#if MongoDB
import Synchronization

/// Lets those who want the same thing have it one after the other, in the order they came. Within one node: between
/// nodes only the database decides.
final class Turns: Sendable {
    /// Who waits for what somebody has now.
    private let waiting = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

    func take<Answer>(
        _ key: String,
        _ body: () async throws -> Answer
    ) async throws -> Answer {
        await begin(key)
        defer { end(key) }
        return try await body()
    }

    private func begin(_ key: String) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[key] != nil else {
                    waiting[key] = []
                    return true
                }
                waiting[key]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func end(_ key: String) {
        let next: CheckedContinuation<Void, Never>? = waiting.withLock { waiting in
            guard waiting[key]?.isEmpty == false else {
                waiting[key] = nil
                return nil
            }
            return waiting[key]?.removeFirst()
        }
        next?.resume()
    }
}
#endif
