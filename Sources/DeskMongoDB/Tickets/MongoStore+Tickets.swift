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

    package func change<Answer: Sendable>(
        _ lookup: TicketLookup,
        publish: @escaping Publish,
        rule: @escaping @Sendable (TicketFacts) throws(DeskError) -> Decision<Answer>,
        completion: @escaping Completion<Answer>
    ) {
        change(lookup, publish: publish, rule: rule, at: { _ in }, completion: completion)
    }

    /// - Parameter step: Called after each step.
    func change<Answer: Sendable>(
        _ lookup: TicketLookup,
        publish: @escaping Publish,
        rule: @escaping @Sendable (TicketFacts) throws(DeskError) -> Decision<Answer>,
        at step: @escaping @Sendable (Step) throws -> Void,
        completion: @escaping Completion<Answer>
    ) {
        // Of the writers of this node, so that events leave in the order of the commits.
        do throws(MongoError) {
            try turns.begin(lookup.ticketID.rawValue) {
                do throws(DeskError) {
                    let answer = try await self.attempt {
                        let decision = try await self.commit(lookup, rule, step)
                        self.publish(decision.events, to: publish)
                        return decision.answer
                    }
                    completion(.success(answer))
                } catch {
                    completion(.failure(error))
                }
            }
        } catch {
            completion(.failure(.unavailable))
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
        for attempt in 0..<Self.maximumAttempts {
            guard let record = try await record(lookup.ticketID) else {
                // It was there, and what was stored of it since may have come after its erasure.
                if attempt > 0 { try await eraseContents(of: [lookup.ticketID]) }
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
                let (decision, opened) = try await self.changeRecord(of: guest.id) { record in
                    let decision = try rule(try await self.creationFacts(guest, record, clientID))
                    guard let ticket = decision.ticket else { return (nil, (decision, BSONDocument?.none)) }
                    var next = record ?? GuestRecord(id: guest.id)
                    switch next.state {
                    case .known: break
                    case .nobody: next.state = .known(guest)
                    case .moving, .retired, .erasing: throw DeskError.unauthorized
                    }
                    var opened = TicketRecord(ticket: ticket, last: decision.message)
                    opened.clientID = clientID
                    opened.guestChanges = next.changes
                    next.opened = TicketDocuments.encode(opened)
                    return (next, (decision, next.opened))
                }
                guard let opened else { return decision.answer }
                try Self.reached(.opened)
                await self.store(opened, of: guest.id, decision.message)
                self.publish(decision.events, to: publish)
                return decision.answer
            }
        }
    }

    /// It stands in the guest's document already, and the message in the ticket's: if this fails, whoever comes next
    /// does it.
    private func store(_ opened: BSONDocument, of guest: Guest.ID, _ message: Message?) async {
        do {
            try await database.ensure(opened, in: TicketDocuments.collection)
            try Self.reached(.stored)
            try await database.updateAll(
                in: GuestDocuments.collection,
                ["_id": .string(guest.rawValue), "opened._id": opened["_id"]],
                ["$unset": ["opened": ""]]
            )
        } catch {
            // Nothing is lost: see above.
        }
        if let message { await store(message) }
    }

    package func ticket(_ id: Ticket.ID) async throws(DeskError) -> Ticket? {
        try await attempt { try await self.record(id)?.ticket }
    }

    /// The ticket, with its move to another guest done.
    func record(_ id: Ticket.ID) async throws -> TicketRecord? {
        for _ in 0..<Self.maximumAttempts {
            let record = try await TicketDocuments.record(id, in: database)
            guard let former = record?.former else { return record }
            try await finishMove(of: former)
        }
        throw MongoError.busy
    }

    private func creationFacts(
        _ guest: Guest,
        _ record: GuestRecord?,
        _ clientID: ClientID?
    ) async throws -> CreationFacts {
        let customer = BSONValue.string(guest.id.rawValue)
        let tickets = TicketDocuments.collection
        var isRetired = false
        if case .retired? = record?.state { isRetired = true }
        let newest = try await database.find(
            in: tickets,
            ["customerId": customer],
            sort: ["createdAt": -1],
            limit: CreationFacts.newestLimit
        )
        return CreationFacts(
            guest: record?.known ?? guest,
            isRetired: isRetired,
            number: try await database.next(of: tickets),
            known: try await known(guest.id, clientID),
            openTickets: try await database.count(in: tickets, ["customerId": customer, "status": "open"]),
            newest: newest.compactMap { $0.optionalMoment("createdAt") }
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
