package import Desk
import GRDB

extension SQLiteStore {
    package func change<Answer: Sendable>(
        _ lookup: TicketLookup,
        publish: @escaping Publish,
        rule: @escaping @Sendable (TicketFacts) throws(DeskError) -> Decision<Answer>,
        completion: @escaping Completion<Answer>
    ) {
        commits.submitChange(completion: completion) { db, tickets in
            guard let ticket = try tickets.ticket(lookup.ticketID, in: db) else { throw DeskError.notFound }
            var facts = TicketFacts(
                ticket: ticket,
                account: try lookup.account.flatMap { try AccountRows.account($0, in: db) }
            )
            if let key = lookup.message, let seq = try tickets.seq(of: key.clientID, in: ticket, db) {
                facts.message =
                    try MessageRows.message(key, of: ticket, at: seq, in: db)
                    ?? MessageRows.message(key, of: ticket, in: db)
            }
            let decision = try rule(facts)
            if let message = decision.message {
                try MessageRows.insert(message, of: ticket, in: db)
                tickets.noteStored(message)
            }
            if let changed = decision.ticket { tickets.put(changed) }
            return GroupCommit.Outcome(answer: decision.answer, events: decision.events, publish: publish)
        }
    }

    package func createTicket(
        for guest: Guest,
        clientID: ClientID?,
        publish: @escaping Publish,
        rule: @escaping @Sendable (CreationFacts) throws(DeskError) -> Decision<CreatedTicket>
    ) async throws(DeskError) -> CreatedTicket {
        try await commits.write { db in
            let stored = try UserRows.guest(guest.id, in: db)
            let facts = CreationFacts(
                guest: stored ?? guest,
                isRetired: try stored == nil && UserRows.isRetired(guest.id, in: db),
                number: try TicketRows.nextNumber(in: db),
                known: try clientID.flatMap { try Self.knownTicket(of: guest.id, clientID: $0, in: db) },
                openTickets: try TicketRows.openCount(of: guest.id, in: db),
                newest: try TicketRows.newest(of: guest.id, limit: CreationFacts.newestLimit, in: db)
            )
            let decision = try rule(facts)
            if let ticket = decision.ticket {
                if stored == nil { try UserRows.insert(guest, in: db) }
                try TicketRows.insert(ticket, clientID: clientID, in: db)
                if let message = decision.message { try MessageRows.insert(message, of: ticket, in: db) }
            }
            return GroupCommit.Outcome(answer: decision.answer, events: decision.events, publish: publish)
        }
    }

    package func ticket(_ id: Ticket.ID) async throws(DeskError) -> Ticket? {
        try await read { try TicketRows.ticket(id, in: $0) }
    }

    package func tickets(_ query: TicketQuery, for caller: Account.ID) async throws(DeskError) -> TicketPage {
        try await read { try TicketListing.page(query, for: caller, in: $0) }
    }

    package func openTickets(of guest: Guest.ID, limit: Int) async throws(DeskError) -> [Ticket] {
        try await read { try TicketListing.open(of: guest, limit: limit, in: $0) }
    }

    private static func knownTicket(
        of guest: Guest.ID,
        clientID: ClientID,
        in db: Database
    ) throws -> CreatedTicket? {
        guard let ticket = try TicketRows.ticket(of: guest, clientID: clientID, in: db) else { return nil }
        let key = MessageKey(senderID: guest.rawValue, clientID: clientID)
        return CreatedTicket(
            ticket: ticket,
            message: try key.flatMap { try MessageRows.message($0, of: ticket, at: 1, in: db) }
        )
    }
}
