extension Desk {
    /// Opens a ticket for a guest, with a first message if `text` is given. The same guest and
    /// `clientID` give the ticket opened first.
    ///
    /// - Parameter details: What the guest has said about themselves before; for one who is stored already it does not
    ///   count.
    /// - Throws: ``DeskError/forbidden`` for an agent; ``DeskError/unauthorized`` for a guest whom a site has vouched for
    ///   by another id meanwhile; ``DeskError/invalid(field:)`` with `subject` or
    ///   `text`, also where the ``WordFilter`` refuses them; ``DeskError/rateLimited(retryAfter:)`` by the
    ///   ``TicketQuota``.
    package func createTicket(
        subject: String? = nil,
        text: String? = nil,
        clientID: ClientID? = nil,
        details: GuestDetails? = nil,
        site: Site.ID = .default,
        by principal: Principal
    ) async throws(DeskError) -> CreatedTicket {
        try authorize(principal, to: .createTicket)
        guard case .guest(let guestID, let name) = principal else { throw .forbidden }
        let now = now()
        let guest = Guest(
            id: guestID,
            name: details?.name ?? name,
            email: details?.email,
            isVerified: guestID.isVouchedFor,
            createdAt: now
        )
        let id = Ticket.ID(rawValue: makeID())
        let subject = wordFilter().apply(to: try TextRule.subject.optional(subject ?? ""))
        var draft: MessageDraft?
        if let text { draft = try draftMessage(text, clientID: clientID, by: principal) }
        return try await store.createTicket(for: guest, clientID: clientID, publish: publish) {
            [draft, quota] facts throws(DeskError) in
            try TicketRules.create(
                id,
                site: site,
                subject: subject,
                message: draft,
                facts: facts,
                quota: quota,
                at: now
            )
        }
    }

    /// - Throws: ``DeskError/forbidden`` for a guest.
    package func tickets(_ query: TicketQuery, for principal: Principal) async throws(DeskError) -> TicketPage {
        try authorize(principal, to: .listTickets)
        return try await store.tickets(query, for: Account.ID(rawValue: principal.userID))
    }

    /// - Throws: ``DeskError/notFound`` if the ticket is unknown or not the guest's own.
    package func ticket(_ id: Ticket.ID, for principal: Principal) async throws(DeskError) -> Ticket {
        guard let ticket = try await store.ticket(id) else { throw .notFound }
        try authorize(principal, to: .readTicket, on: ticket)
        return ticket
    }

    /// Idempotent: the first close stands, a second one publishes nothing.
    ///
    /// - Throws: ``DeskError/forbidden`` for a guest; ``DeskError/notFound``.
    package func close(_ id: Ticket.ID, by principal: Principal) async throws(DeskError) -> Ticket {
        try await close(id, as: .closeTicket, by: principal)
    }

    /// As ``close(_:by:)``, by the guest whose ticket it is.
    ///
    /// - Throws: ``DeskError/forbidden`` for an agent; ``DeskError/notFound``.
    package func end(_ id: Ticket.ID, by principal: Principal) async throws(DeskError) -> Ticket {
        try await close(id, as: .endTicket, by: principal)
    }

    private func close(_ id: Ticket.ID, as action: Action, by principal: Principal) async throws(DeskError) -> Ticket {
        try authorize(principal, to: action)
        let now = now()
        return try await store.change(TicketLookup(ticketID: id), publish: publish) { facts throws(DeskError) in
            try TicketRules.close(as: action, by: principal, facts: facts, at: now)
        }
    }

    /// The open tickets of a guest who has come back, newest activity first; at most 100. None for an agent.
    package func openTickets(of principal: Principal) async throws(DeskError) -> [Ticket] {
        guard case .guest(let id, _) = principal else { return [] }
        return try await store.openTickets(of: id, limit: 100)
    }

    /// Idempotent.
    ///
    /// - Throws: ``DeskError/forbidden`` for a guest; ``DeskError/notFound``.
    package func reopen(_ id: Ticket.ID, by principal: Principal) async throws(DeskError) -> Ticket {
        try authorize(principal, to: .reopenTicket)
        return try await store.change(TicketLookup(ticketID: id), publish: publish) { facts throws(DeskError) in
            try TicketRules.reopen(by: principal, facts: facts)
        }
    }

    /// Gives the ticket to an agent, or to nobody; a closed one too.
    ///
    /// - Parameter version: The ``Ticket/version`` that the caller has seen, if it matters.
    /// - Throws: ``DeskError/conflict`` if the ticket has another version; ``DeskError/invalid(field:)``
    ///   with `agentId` if there is no such account or it is disabled; ``DeskError/forbidden`` for a
    ///   guest; ``DeskError/notFound``.
    package func assign(
        _ id: Ticket.ID,
        to assignee: Account.ID?,
        ifVersion version: Int? = nil,
        by principal: Principal
    ) async throws(DeskError) -> Ticket {
        try authorize(principal, to: .assignTicket)
        let lookup = TicketLookup(ticketID: id, account: assignee)
        return try await store.change(lookup, publish: publish) { facts throws(DeskError) in
            try TicketRules.assign(to: assignee, ifVersion: version, by: principal, facts: facts)
        }
    }
}
