/// How many tickets one guest may have open, and may open. A pure rule over what the store has, so that it
/// holds across reconnects and restarts.
package struct TicketQuota: Sendable, Equatable {
    package var open: Int
    package var new: Rate

    package init(open: Int, new: Rate) {
        self.open = open
        self.new = new
    }

    /// Nobody knows when an agent closes one; a person who is told to come back in ten minutes is not kept
    /// waiting at the screen.
    static let waitForClosing = Duration.seconds(600)

    /// - Throws: ``DeskError/rateLimited(retryAfter:)`` if there can be no more now.
    func check(_ facts: CreationFacts, at now: Timestamp) throws(DeskError) {
        guard facts.openTickets < open else { throw .rateLimited(retryAfter: Self.waitForClosing) }
        var bucket = TokenBucket()
        // What seems to come from the future was written by a clock that has been set back since.
        for time in facts.newest.reversed() where time <= now { _ = bucket.take(new, at: time.sinceEpoch) }
        if let wait = bucket.take(new, at: now.sinceEpoch) { throw .rateLimited(retryAfter: wait) }
    }
}

extension Timestamp {
    fileprivate var sinceEpoch: Duration { .milliseconds(milliseconds) }
}
