import Desk

/// Lets through at most one `ticket:activity` per ticket and interval, the newest: a pure value.
struct ActivityThrottle {
    enum Decision: Equatable {
        case sendNow
        /// Call ``due(_:)`` after this long.
        case sendLater(after: Duration)
        /// One is waiting already and will carry the newest state.
        case isWaiting
    }

    private struct Entry {
        /// When the next one may be sent.
        var opensAt: ContinuousClock.Instant
        /// The newest state; nil if it was sent.
        var waiting: Ticket?
    }

    private let interval: Duration
    private var entries: [Ticket.ID: Entry] = [:]
    private var prunesAt: ContinuousClock.Instant?

    init(interval: Duration) {
        self.interval = interval
    }

    mutating func post(_ ticket: Ticket, at now: ContinuousClock.Instant) -> Decision {
        prune(at: now)
        guard var entry = entries[ticket.id], entry.waiting != nil || now < entry.opensAt else {
            entries[ticket.id] = Entry(opensAt: now + interval)
            return .sendNow
        }
        defer { entries[ticket.id] = entry }
        let wasWaiting = entry.waiting != nil
        entry.waiting = ticket
        return wasWaiting ? .isWaiting : .sendLater(after: entry.opensAt - now)
    }

    /// The state to send now for a ticket that had to wait.
    mutating func due(_ id: Ticket.ID, at now: ContinuousClock.Instant) -> Ticket? {
        guard let ticket = entries[id]?.waiting else { return nil }
        entries[id] = Entry(opensAt: now + interval)
        return ticket
    }

    /// Forgets tickets that are free to be sent anyway, now and then.
    private mutating func prune(at now: ContinuousClock.Instant) {
        guard let prunesAt else {
            self.prunesAt = now + .seconds(10)
            return
        }
        guard prunesAt <= now else { return }
        entries = entries.filter { $0.value.waiting != nil || now < $0.value.opensAt }
        self.prunesAt = now + .seconds(10)
    }
}
