extension Desk {
    /// Changes what a guest is called, and tells those concerned. What is not given stays as it is.
    ///
    /// - Parameters: nil for what stays; blank for none.
    /// - Throws: ``DeskError/forbidden`` for an agent; ``DeskError/notFound`` for a guest who is not stored, since they
    ///   have no ticket yet; ``DeskError/invalid(field:)`` with `name` or `email`.
    package func updateGuest(
        name: String?,
        email: String?,
        by principal: Principal
    ) async throws(DeskError) -> GuestDetails {
        try authorize(principal, to: .updateOwnDetails)
        guard case .guest(let id, _) = principal else { throw .forbidden }
        let guest = try await store.changeGuest(id, publish: publish) { guest throws(DeskError) in
            var (guest, details) = (guest, GuestDetails(guest))
            try details.change(name: name, email: email)
            (guest.name, guest.email) = (details.name, details.email)
            return guest
        }
        return GuestDetails(guest)
    }

    package func standing(of id: Guest.ID) async throws(DeskError) -> GuestStanding {
        try await store.standing(of: id)
    }

    /// - Returns: nil for a guest who never opened a ticket.
    package func guest(_ id: Guest.ID) async throws(DeskError) -> Guest? {
        guard case .known(let guest) = try await store.standing(of: id) else { return nil }
        return guest
    }

    /// Takes a site's word for who a guest is. What they wrote while nobody vouched for them moves along, and the id
    /// they came with is retired.
    ///
    /// - Parameters:
    ///   - id: Whom the site vouches for.
    ///   - details: What the site's page says of them; what it leaves out stays as it is.
    ///   - former: As whom they came, proved by the token. Nothing moves from another one whom a site vouched for.
    /// - Returns: The guest as stored; nil for one who has not written yet.
    package func adopt(
        _ id: Guest.ID,
        _ details: GuestDetails,
        from former: Guest.ID?
    ) async throws(DeskError) -> Guest? {
        let known = try await guest(id)
        var mover: Guest.ID?
        if let former, !former.isVouchedFor, try await guest(former) != nil { mover = former }
        let isNews = known.map { !details.isToldBy($0) } ?? false
        // Nearly every connection: nothing to write.
        guard mover != nil || isNews else { return known }
        let now = now()
        return try await store.adopt(id, from: mover, publish: publish) { facts in
            GuestRules.adopt(id, details, facts: facts, at: now)
        }
    }

    /// A guest's own tickets, open and closed, newest activity first.
    ///
    /// - Throws: ``DeskError/forbidden`` for an agent.
    package func ownTickets(_ query: TicketQuery, of principal: Principal) async throws(DeskError) -> OwnTicketPage {
        try authorize(principal, to: .listOwnTickets)
        guard case .guest(let id, _) = principal else { throw .forbidden }
        return try await store.tickets(of: id, limit: query.limit, before: query.cursor)
    }
}

package struct OwnTicketPage: Sendable, Equatable {
    package var tickets: [Ticket]
    /// For the next page; nil if this is the last.
    package var next: TicketCursor?

    package init(tickets: [Ticket], next: TicketCursor?) {
        self.tickets = tickets
        self.next = next
    }
}
