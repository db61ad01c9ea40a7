/// Which tickets, and how many of them; the newest activity comes first.
package struct TicketQuery: Sendable, Equatable {
    package enum Assignee: Sendable, Equatable {
        case anyone, nobody
        case account(Account.ID)
    }

    package static let defaultLimit = 50
    package static let maximumLimit = 100

    /// nil: open and closed ones.
    package let status: Ticket.Status?
    package let assignee: Assignee
    package let limit: Int
    /// Where the page before ended.
    package let cursor: TicketCursor?

    /// - Throws: ``DeskError/invalid(field:)`` for a `limit` outside of 1...100.
    package init(
        status: Ticket.Status? = .open,
        assignee: Assignee = .anyone,
        limit: Int = defaultLimit,
        cursor: TicketCursor? = nil
    ) throws(DeskError) {
        guard (1...Self.maximumLimit).contains(limit) else { throw .invalid(field: "limit") }
        self.status = status
        self.assignee = assignee
        self.limit = limit
        self.cursor = cursor
    }

    /// Takes the fields as a client sends them.
    ///
    /// - Parameters:
    ///   - status: `open` (the default), `closed` or `all`.
    ///   - assignee: `me`, `none` or the id of an account; nobody's tickets for an unknown one.
    ///   - caller: Who `me` is.
    /// - Throws: ``DeskError/invalid(field:)`` with the field's name.
    package init(
        status: String?,
        assignee: String?,
        limit: Int?,
        cursor: String?,
        caller: Principal
    ) throws(DeskError) {
        let parsedStatus: Ticket.Status?
        switch status {
        case nil, "open": parsedStatus = .open
        case "closed": parsedStatus = .closed
        case "all": parsedStatus = nil
        default: throw .invalid(field: "status")
        }
        let parsedAssignee: Assignee =
            switch assignee {
            case nil: .anyone
            case "none": .nobody
            case "me": .account(Account.ID(rawValue: caller.userID))
            case let id?: .account(Account.ID(rawValue: id))
            }
        let parsedCursor = cursor.flatMap(TicketCursor.init(rawValue:))
        guard cursor == nil || parsedCursor != nil else { throw .invalid(field: "cursor") }
        try self.init(
            status: parsedStatus,
            assignee: parsedAssignee,
            limit: limit ?? Self.defaultLimit,
            cursor: parsedCursor
        )
    }
}

/// A place in a list of tickets. Opaque for clients; it stays good while tickets come and go.
package struct TicketCursor: Sendable, Equatable, RawRepresentable {
    package var activityAt: Timestamp
    package var number: Int

    /// The place of `ticket`; a page that continues there begins with the one after it.
    package init(_ ticket: Ticket) {
        self.activityAt = ticket.activityAt
        self.number = ticket.number
    }

    package init?(rawValue: String) {
        let parts = rawValue.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let number = Int(parts[1]) else { return nil }
        self.activityAt = Timestamp(milliseconds: milliseconds)
        self.number = number
    }

    package var rawValue: String {
        "\(activityAt.milliseconds)-\(number)"
    }
}

/// How many tickets there are for an agent.
package struct TicketCounts: Sendable, Equatable {
    /// Open and assigned to whoever asks.
    package var mine: Int
    /// Open and assigned to nobody.
    package var unassigned: Int
    package var open: Int
    package var closed: Int

    package init(mine: Int, unassigned: Int, open: Int, closed: Int) {
        self.mine = mine
        self.unassigned = unassigned
        self.open = open
        self.closed = closed
    }
}

package struct TicketPage: Sendable, Equatable {
    /// Newest activity first.
    package var tickets: [Ticket]
    /// For the next page; nil if this is the last.
    package var next: TicketCursor?
    package var counts: TicketCounts

    package init(tickets: [Ticket], next: TicketCursor?, counts: TicketCounts) {
        self.tickets = tickets
        self.next = next
        self.counts = counts
    }
}
