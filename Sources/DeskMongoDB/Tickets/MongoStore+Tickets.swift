#if MongoDB
package import Desk

/// The one write for tickets, without a transaction. What counts is the ticket's own document, replaced only if it is
/// still the one that the rule saw; it carries the newest message. Whoever comes next stores that message first, so a
/// crash in between costs nothing.
extension MongoStore {
    /// Where a test lets a write end as a crash would end it.
    enum Step: CaseIterable, Sendable {
        case read, caughtUp, decided, committed, stored
    }

    /// How often a write starts over because another one was first.
    private static let maximumAttempts = 100
    /// How often its outcome may be unknown: whoever waits shall hear of it in time.
    private static let maximumFailures = 3

    package func change<Answer: Sendable>(
        _ lookup: TicketLookup,
        publish: @escaping Publish,
        rule: @escaping @Sendable (TicketFacts) throws(DeskError) -> Decision<Answer>
    ) async throws(DeskError) -> Answer {
        try await change(lookup, publish: publish, rule: rule, at: { _ in })
    }

    /// - Parameter step: Called after each step.
    func change<Answer: Sendable>(
        _ lookup: TicketLookup,
        publish: @escaping Publish,
        rule: @escaping @Sendable (TicketFacts) throws(DeskError) -> Decision<Answer>,
        at step: @escaping @Sendable (Step) throws -> Void
    ) async throws(DeskError) -> Answer {
        try await attempt {
            // Of the writers of this node, so that events leave in the order of the commits.
            try await self.turns.take(lookup.ticketID.rawValue) {
                let decision = try await self.commit(lookup, rule, step)
                self.publish(decision.events, to: publish)
                return decision.answer
            }
        }
    }

    private func commit<Answer: Sendable>(
        _ lookup: TicketLookup,
        _ rule: @Sendable (TicketFacts) throws(DeskError) -> Decision<Answer>,
        _ step: (Step) throws -> Void
    ) async throws -> Decision<Answer> {
        var generator = SystemRandomNumberGenerator()
        let write = RandomID.make(using: &generator)
        var (unknown, failures) = (Decision<Answer>?.none, 0)
        for _ in 0..<Self.maximumAttempts {
            guard let record = try await TicketDocuments.record(lookup.ticketID, in: database) else {
                throw DeskError.notFound
            }
            try step(.read)
            if let last = record.last {
                try await database.ensure(MessageDocuments.encode(last), in: MessageDocuments.collection)
            }
            try step(.caughtUp)
            if let unknown, record.writes.contains(write) { return unknown }
            let decision = try rule(try await facts(lookup, record.ticket))
            try step(.decided)
            guard let changed = decision.ticket else { return decision }
            let next = record.after(write, ticket: changed, message: decision.message)
            do {
                let isDone = try await database.replace(
                    ["_id": .string(changed.id.rawValue), "revision": .int(record.revision)],
                    by: TicketDocuments.encode(next),
                    in: TicketDocuments.collection
                )
                guard isDone else { continue }
            } catch .unreachable(let code) {
                (unknown, failures) = (decision, failures + 1)
                guard failures < Self.maximumFailures else { throw MongoError.unreachable(code: code) }
                continue
            }
            try step(.committed)
            if let message = decision.message { await store(message) }
            try step(.stored)
            return decision
        }
        throw MongoError.busy
    }

    /// It stands in the ticket already: if this fails, the next writer does it, and readers see it all the same.
    private func store(_ message: Message) async {
        do {
            try await database.ensure(MessageDocuments.encode(message), in: MessageDocuments.collection)
        } catch {
            // Nothing is lost: see above.
        }
    }

    private func facts(_ lookup: TicketLookup, _ ticket: Ticket) async throws -> TicketFacts {
        var facts = TicketFacts(ticket: ticket)
        if let key = lookup.message {
            facts.message = try await MessageDocuments.message(key, of: ticket.id, in: database)
        }
        if let id = lookup.account {
            facts.account = try await AccountDocuments.account(id, in: database)
        }
        return facts
    }

    package func createTicket(
        for guest: Guest,
        clientID: ClientID?,
        publish: @escaping Publish,
        rule: @escaping @Sendable (CreationFacts) throws(DeskError) -> Decision<CreatedTicket>
    ) async throws(DeskError) -> CreatedTicket {
        try await attempt {
            try await self.turns.take(guest.id.rawValue) {
                for _ in 0..<Self.maximumAttempts {
                    let decision = try rule(try await self.creationFacts(guest, clientID))
                    guard let ticket = decision.ticket else { return decision.answer }
                    var record = TicketRecord(ticket: ticket, last: decision.message)
                    record.clientID = clientID
                    try await self.database.ensure(GuestDocuments.encode(guest), in: GuestDocuments.collection)
                    guard try await self.insert(record) else { continue }
                    if let message = decision.message { await self.store(message) }
                    self.publish(decision.events, to: publish)
                    return decision.answer
                }
                throw MongoError.busy
            }
        }
    }

    /// - Returns: False if an earlier call with the same guest and client id was first.
    private func insert(_ record: TicketRecord) async throws(MongoError) -> Bool {
        try await database.ensure(TicketDocuments.encode(record), in: TicketDocuments.collection)
        return try await TicketDocuments.record(record.ticket.id, in: database) != nil
    }

    package func ticket(_ id: Ticket.ID) async throws(DeskError) -> Ticket? {
        try await attempt { try await TicketDocuments.record(id, in: self.database)?.ticket }
    }

    private func creationFacts(_ guest: Guest, _ clientID: ClientID?) async throws -> CreationFacts {
        let customer = BSONValue.string(guest.id.rawValue)
        let tickets = TicketDocuments.collection
        let newest = try await database.find(
            in: tickets,
            ["customerId": customer],
            sort: ["createdAt": -1],
            limit: CreationFacts.newestLimit
        )
        return CreationFacts(
            guest: try await GuestDocuments.guest(guest.id, in: database) ?? guest,
            number: try await database.next(of: tickets),
            known: try await known(guest.id, clientID),
            openTickets: try await database.count(in: tickets, ["customerId": customer, "status": "open"]),
            newest: try newest.map { try $0.moment("createdAt") }
        )
    }

    private func known(_ guest: Guest.ID, _ clientID: ClientID?) async throws -> CreatedTicket? {
        guard let clientID, let key = MessageKey(senderID: guest.rawValue, clientID: clientID) else { return nil }
        let found = try await TicketDocuments.records(
            ["customerId": .string(guest.rawValue), "clientId": .string(clientID.rawValue)],
            limit: 1,
            in: database
        )
        guard let record = found.first else { return nil }
        // A crash may have left it in the ticket alone.
        if let last = record.last, last.clientID == clientID, last.sender.userID == guest.rawValue {
            return CreatedTicket(ticket: record.ticket, message: last)
        }
        return CreatedTicket(
            ticket: record.ticket,
            message: try await MessageDocuments.message(key, of: record.ticket.id, in: database)
        )
    }
}
#endif
