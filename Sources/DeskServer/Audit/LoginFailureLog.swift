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

    func noteCodeAsked(_ account: Account) {
        failures.withLock { $0.noteCodeAsked(account, at: now()) }
    }

    func noteSuccess(_ account: Account) {
        failures.withLock { $0.noteSuccess(account.username) }
    }

    func noteThrottled(_ username: Username?) {
        failures.withLock { $0.noteThrottled(username, at: now()) }
    }

    /// - Parameter isLast: Before the server ends.
    func write(to desk: Desk, isLast: Bool = false) async {
        guard desk.trouble == nil else { return }
        var entries = failures.withLock { $0.take(at: now(), isLast: isLast) }[...]
        while let entry = entries.first {
            do throws(DeskError) {
                try await desk.record(entry)
                entries.removeFirst()
            } catch {
                // The store has told the log why.
                return failures.withLock { $0.putBack(entries) }
            }
        }
    }
}
