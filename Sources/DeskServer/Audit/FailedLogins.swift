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
    /// How many wait for a store that takes no writes. Later ones are lost.
    static let mostWaiting = 1_000

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
    /// Whose password was right while the code is still missing, and since when.
    private var unfinished: [Username: (target: AuditTarget, since: Timestamp, tries: Int)] = [:]

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
            append(AuditEntry(.loginFailure, on: tally.target, by: actor, at: now))
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

    /// The password was right and the code is asked for. Somebody who has no more than the password never gives one.
    /// Of more accounts than ``mostEntries`` at once the log does not hear.
    mutating func noteCodeAsked(_ account: Account, at now: Timestamp) {
        guard unfinished[account.username] != nil || unfinished.count < Self.mostEntries else { return }
        unfinished[account.username, default: (.account(account), now, 0)].tries += 1
    }

    mutating func noteSuccess(_ username: Username) {
        unfinished[username] = nil
    }

    /// What is to be written by now.
    ///
    /// - Parameter isLast: Whether the counts are told before their window has passed.
    mutating func take(at now: Timestamp, isLast: Bool = false) -> [AuditEntry] {
        if isLast || hasPassed(at: now) { summarise(at: now) }
        tellUnfinished(at: now, isLast: isLast)
        defer { entries = [] }
        return entries
    }

    /// What could not be written comes first the next time.
    mutating func putBack(_ unwritten: some Sequence<AuditEntry>) {
        entries = Array((Array(unwritten) + entries).prefix(Self.mostWaiting))
    }

    private mutating func append(_ entry: AuditEntry) {
        if entries.count < Self.mostWaiting { entries.append(entry) }
    }

    private mutating func tellUnfinished(at now: Timestamp, isLast: Bool) {
        for (username, one) in unfinished where isLast || Self.isOver(one.since, at: now) {
            unfinished[username] = nil
            let tries = Self.tries(one.tries)
            append(AuditEntry(.loginUnfinished, on: one.target, by: .nobody, at: now, detail: tries))
        }
    }

    private static func tries(_ count: Int) -> String {
        count == 1 ? "1 try" : "\(count) tries"
    }

    private func hasPassed(at now: Timestamp) -> Bool {
        start.map { Self.isOver($0, at: now) } ?? false
    }

    /// A clock that was set back must not keep a window open.
    private static func isOver(_ start: Timestamp, at now: Timestamp) -> Bool {
        now < start || start.advanced(by: window) <= now
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
            let tries = Self.tries(tally.counted)
            append(AuditEntry(.loginThrottled, on: tally.target, by: .nobody, at: now, detail: tries))
        }
        tallies = [:]
        start = nil
        written = 0
    }
}
