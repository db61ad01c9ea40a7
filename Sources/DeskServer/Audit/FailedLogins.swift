import Desk

/// What the audit log hears of failed logins: a pure value. However many there are, it takes no more than
/// ``mostEntries`` lines in each ``window``, and one per name at its end for all that were only counted.
///
/// A name is told only if an account has it: what somebody types into the field of the username may be a password.
struct FailedLogins {
    static let window = Duration.seconds(600)
    /// Of one account, or of all names together that no account has.
    static let mostEntriesOfOne = 5
    static let mostEntries = 20

    private struct Tally {
        var target: AuditTarget?
        var written = 0
        var counted = 0
    }

    /// The key nil is for names that no account has, and for accounts beyond the bound.
    private var tallies: [Username?: Tally] = [:]
    private var start: Timestamp?
    private var written = 0
    private var entries: [AuditEntry] = []

    /// The password or the code was wrong.
    ///
    /// - Parameters:
    ///   - account: Which was meant; nil if there is none.
    ///   - actor: Who tried.
    mutating func note(_ account: Account?, by actor: Actor = .nobody, at now: Timestamp) {
        let key = begin(account?.username, target: account.map { .account($0) }, at: now)
        guard var tally = tallies[key] else { return }
        if tally.written < Self.mostEntriesOfOne, written < Self.mostEntries {
            tally.written += 1
            written += 1
            entries.append(AuditEntry(.loginFailure, on: tally.target, by: actor, at: now))
        } else {
            tally.counted += 1
        }
        tallies[key] = tally
    }

    /// Turned away before anything was looked at: a name that has not failed before in this window is not known to be
    /// one.
    mutating func noteThrottled(_ username: Username?, at now: Timestamp) {
        // What was known in a window that has passed is not known any more.
        if hasPassed(at: now) { summarise(at: now) }
        let key = begin(tallies[username] == nil ? nil : username, target: nil, at: now)
        tallies[key]?.counted += 1
    }

    /// What is to be written by now.
    ///
    /// - Parameter isLast: Whether the counts are told before their window has passed.
    mutating func take(at now: Timestamp, isLast: Bool = false) -> [AuditEntry] {
        if isLast || hasPassed(at: now) { summarise(at: now) }
        defer { entries = [] }
        return entries
    }

    private func hasPassed(at now: Timestamp) -> Bool {
        guard let start else { return false }
        // A clock that was set back must not keep a window open.
        return now < start || start.advanced(by: Self.window) <= now
    }

    private mutating func begin(_ username: Username?, target: AuditTarget?, at now: Timestamp) -> Username? {
        if hasPassed(at: now) { summarise(at: now) }
        if start == nil { start = now }
        let isKnown = username.map { tallies[$0] != nil } ?? true
        let key = isKnown || tallies.count < Self.mostEntries ? username : nil
        if tallies[key] == nil { tallies[key] = Tally(target: key == nil ? nil : target) }
        return key
    }

    private mutating func summarise(at now: Timestamp) {
        for tally in tallies.values where tally.counted > 0 {
            entries.append(
                AuditEntry(.loginThrottled, on: tally.target, by: .nobody, at: now, detail: "\(tally.counted) tries")
            )
        }
        tallies = [:]
        start = nil
        written = 0
    }
}
