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
