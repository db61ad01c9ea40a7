/// The decisions about tickets, as pure functions.
enum TicketRules {
    /// The same guest and client id give the same ticket, as it stands now; no quota is against that.
    ///
    /// - Parameter subject: nil for one that the word filter does not let in.
    static func create(
        _ id: Ticket.ID,
        site: Site.ID,
        subject: String?,
        message draft: MessageDraft?,
        facts: CreationFacts,
        quota: TicketQuota?,
        at now: Timestamp
    ) throws(DeskError) -> Decision<CreatedTicket> {
        guard !facts.isRetired else { throw .unauthorized }
        if let known = facts.known { return .nothing(known) }
        guard let subject else { throw .invalid(field: "subject") }
        guard draft?.isRefused != true else { throw .invalid(field: "text") }
        try quota?.check(facts, at: now)
        var ticket = Ticket(
            id: id,
            number: facts.number,
            customer: facts.guest,
            siteID: site,
            subject: subject,
            createdAt: now
        )
        var message: Message?
        if let draft {
            let (withMessage, first) = MessageRules.append(draft, to: ticket)
            (ticket, message) = (withMessage, first)
            ticket.version = 1
        }
        return Decision(
            answer: CreatedTicket(ticket: ticket, message: message, isNew: true),
            ticket: ticket,
            message: message,
            events: [.ticketCreated(ticket)]
        )
    }

    /// - Parameter action: As whom: an agent closes, an owner ends.
    static func close(
        as action: Action,
        by principal: Principal,
        facts: TicketFacts,
        at now: Timestamp
    ) throws(DeskError) -> Decision<Ticket> {
        var ticket = facts.ticket
        try authorize(principal, to: action, on: ticket)
        guard ticket.status == .open else { return .nothing(ticket) }
        ticket.status = .closed
        ticket.closedAt = max(now, ticket.activityAt)
        let closer = ticket.named(principal.author)
        ticket.closedBy = closer
        ticket.version += 1
        return Decision(answer: ticket, ticket: ticket, events: [.ticketClosed(ticket, by: closer)])
    }

    static func reopen(by principal: Principal, facts: TicketFacts) throws(DeskError) -> Decision<Ticket> {
        var ticket = facts.ticket
        try authorize(principal, to: .reopenTicket, on: ticket)
        guard ticket.status == .closed else { return .nothing(ticket) }
        ticket.status = .open
        ticket.closedAt = nil
        ticket.closedBy = nil
        ticket.version += 1
        return Decision(answer: ticket, ticket: ticket, events: [.ticketUpdated(ticket)])
    }

    /// - Parameter assignee: nil takes the ticket from whoever has it; otherwise `facts.account` is
    ///   that account, if there is one.
    static func assign(
        to assignee: Account.ID?,
        ifVersion version: Int?,
        by principal: Principal,
        facts: TicketFacts
    ) throws(DeskError) -> Decision<Ticket> {
        var ticket = facts.ticket
        try authorize(principal, to: .assignTicket, on: ticket)
        if let version, version != ticket.version { throw .conflict }
        if assignee != nil {
            guard let account = facts.account, !account.isDisabled else { throw .invalid(field: "agentId") }
        }
        guard ticket.assigneeID != assignee else { return .nothing(ticket) }
        ticket.assigneeID = assignee
        ticket.assigneeName = assignee == nil ? nil : facts.account?.name
        ticket.version += 1
        return Decision(answer: ticket, ticket: ticket, events: [.ticketUpdated(ticket)])
    }
}
