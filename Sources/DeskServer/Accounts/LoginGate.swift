import Desk
import Synchronization

/// Lets tries to log in pass, or tells them how long to wait. Thread-safe.
final class LoginGate: Sendable {
    private let throttle = Mutex(LoginThrottle())

    /// Does `work` as one try in all these buckets. Whoever has to wait does none.
    ///
    /// - Parameter outcome: What an error of `work` means; success is ``LoginThrottle/Outcome/right``.
    /// - Throws: ``DeskError/rateLimited(retryAfter:)``, or what `work` throws.
    func pass<Answer>(
        _ buckets: [LoginThrottle.Bucket],
        outcome: (any Error) -> LoginThrottle.Outcome,
        _ work: () async throws -> Answer
    ) async throws -> Answer {
        let attempt =
            switch throttle.withLock({ $0.begin(buckets, at: .now) }) {
            case .go(let attempt): attempt
            case .wait(let time): throw RequestFailure(.rateLimited(retryAfter: time))
            }
        do {
            let answer = try await work()
            throttle.withLock { $0.leave(attempt, .right) }
            return answer
        } catch {
            let outcome = outcome(error)
            throttle.withLock { $0.leave(attempt, outcome) }
            throw error
        }
    }
}
