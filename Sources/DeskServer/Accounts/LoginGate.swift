import Desk
import Synchronization

/// Lets tries to log in pass, or tells them how long to wait. Thread-safe.
///
/// A try counts here and over all nodes; while nobody counts for all, what this one has counted holds.
final class LoginGate: Sendable {
    private let throttle = Mutex(LoginThrottle())
    private let shared: (any SharedLimits)?

    /// - Parameter shared: Counts over all nodes. Default: nobody does.
    init(shared: (any SharedLimits)? = nil) {
        self.shared = shared
    }

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
        let begunAt: Int?
        switch await shared?.begin(buckets.map(\.shared)) {
        case .wait(let time):
            throttle.withLock { $0.leave(attempt, .undecided) }
            throw RequestFailure(.rateLimited(retryAfter: time))
        case .go(let moment): begunAt = moment
        case nil: begunAt = nil
        }
        do {
            let answer = try await work()
            await leave(attempt, buckets, begunAt, .right)
            return answer
        } catch {
            await leave(attempt, buckets, begunAt, outcome(error))
            throw error
        }
    }

    private func leave(
        _ attempt: LoginThrottle.Attempt,
        _ buckets: [LoginThrottle.Bucket],
        _ begunAt: Int?,
        _ outcome: LoginThrottle.Outcome
    ) async {
        throttle.withLock { $0.leave(attempt, outcome) }
        guard outcome != .wrong, let begunAt else { return }
        await shared?.takeBack(buckets.map(\.shared), begunAt: begunAt, isRight: outcome == .right)
    }
}
