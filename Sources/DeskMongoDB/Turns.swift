#if MongoDB
import Synchronization

/// Lets those who want the same thing have it one after the other, in the order they came. Within one node: between
/// nodes only the database decides.
final class Turns: Sendable {
    /// What waits for something that is being used now.
    private let waiting = Mutex<[String: [@Sendable () async -> Void]]>([:])

    func take<Answer: Sendable>(
        _ key: String,
        _ body: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let result = await withCheckedContinuation { continuation in
            begin(key) { continuation.resume(returning: await Self.result(of: body)) }
        }
        return try result.get()
    }

    /// The same for one who does not wait: the order is that of the calls.
    func begin(_ key: String, _ body: @escaping @Sendable () async -> Void) {
        let isFree = waiting.withLock { waiting in
            guard waiting[key] != nil else {
                waiting[key] = []
                return true
            }
            waiting[key]?.append(body)
            return false
        }
        guard isFree else { return }
        Task {
            await body()
            while let next = next(key) { await next() }
        }
    }

    private func next(_ key: String) -> (@Sendable () async -> Void)? {
        waiting.withLock { waiting in
            guard waiting[key]?.isEmpty == false else {
                waiting[key] = nil
                return nil
            }
            return waiting[key]?.removeFirst()
        }
    }

    private static func result<Answer>(
        of body: @Sendable () async throws -> Answer
    ) async -> Result<Answer, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}
#endif
