import Desk
import Synchronization

/// Keeps what the audit log shall hear of failed logins until the next beat: a write of its own would tell by its time
/// whether there is such an account. Thread-safe.
final class LoginFailureLog: Sendable {
    private let failures = Mutex(FailedLogins())
    private let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
    }

    func note(_ account: Account?, by actor: Actor = .nobody) {
        failures.withLock { $0.note(account, by: actor, at: now()) }
    }

    func noteThrottled(_ username: Username?) {
        failures.withLock { $0.noteThrottled(username, at: now()) }
    }

    /// - Parameter isLast: Before the server ends.
    func write(to desk: Desk, isLast: Bool = false) async {
        guard desk.trouble == nil else { return }
        for entry in failures.withLock({ $0.take(at: now(), isLast: isLast) }) {
            // The store has told the log why, and nobody here can do better.
            try? await desk.record(entry)
        }
    }
}
