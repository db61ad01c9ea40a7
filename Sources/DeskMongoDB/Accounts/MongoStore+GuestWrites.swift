#if MongoDB
import Desk

/// The one write for guests: as for tickets, the guest's own document counts, replaced only if it is still the one that
/// was looked at. What follows from it in other documents stands in it as long as it is not done; whoever comes next
/// does it first, so a crash in between costs nothing.
extension MongoStore {
    /// Where a test lets a write end as a crash would end it.
    enum GuestStep: CaseIterable, Sendable {
        case opened, stored
        case retired, arrived, messagesMoved, ticketMoved, moved
        case renamed, found
        case erasing, ticketEmptied, messagesErased, ticketErased, erased
        case reserved, counted
        case auditCopied, auditTaken
        case intended, intentVoid, accountChanged
        case firstDecided, firstStored
    }

    /// Called after each step.
    @TaskLocal static var reached: @Sendable (GuestStep) throws -> Void = { _ in }

    static let maximumAttempts = 100
    /// How often the outcome of a write may be unknown: whoever waits shall hear of it in time.
    static let maximumFailures = 3
    static let batch = 100

    /// Replaces the guest's document by what `decide` makes of it; nil leaves it as it is.
    func changeRecord<Answer>(
        of id: Guest.ID,
        _ decide: (GuestRecord?) async throws -> (next: GuestRecord?, answer: Answer)
    ) async throws -> Answer {
        var generator = SystemRandomNumberGenerator()
        let write = RandomID.make(using: &generator)
        var (unknown, failures) = (Answer?.none, 0)
        for _ in 0..<Self.maximumAttempts {
            let record = try await finished(id)
            if let unknown, record?.writes.contains(write) == true { return unknown }
            let (next, answer) = try await decide(record)
            guard var next else { return answer }
            next.note(write)
            do {
                guard try await GuestDocuments.replace(record, by: next, in: database) else { continue }
                return answer
            } catch MongoError.unreachable(let code) {
                (unknown, failures) = (answer, failures + 1)
                guard failures < Self.maximumFailures else { throw MongoError.unreachable(code: code) }
            }
        }
        throw MongoError.busy
    }

    /// The guest's document, after all that follows from it has been done.
    func finished(_ id: Guest.ID) async throws -> GuestRecord? {
        for _ in 0..<Self.maximumAttempts {
            let record = try await GuestDocuments.record(id, in: database)
            // After the record was read: who begins to move later changes its revision.
            let movers = id.isVouchedFor ? try await GuestDocuments.moving(to: id, in: database) : []
            for former in movers { try await finishMove(of: former) }
            guard movers.isEmpty else { continue }
            guard var record else { return nil }
            if let opened = record.opened {
                try await database.ensure(opened, in: TicketDocuments.collection)
                record.opened = nil
            }
            switch record.state {
            case .moving: try await finishMove(of: id)
            case .erasing: try await finishErasure(of: record)
            case .known(let guest) where record.isRenamed: try await spread(guest, record)
            case .known, .nobody, .retired: return record
            }
        }
        throw MongoError.busy
    }

    /// Lets all tickets be found by the guest's name and address of now.
    private func spread(_ guest: Guest, _ record: GuestRecord) async throws {
        // Whoever is writing to one of the tickets starts over, with these words.
        try await database.updateAll(
            in: TicketDocuments.collection,
            ["customerId": .string(guest.id.rawValue), "namedAt": ["$lt": .int(record.changes)]],
            [
                "$set": [
                    "guestWords": SearchWords.index(of: guest.name, guest.email), "namedAt": .int(record.changes),
                ],
                "$inc": ["revision": 1],
            ]
        )
        try Self.reached(.found)
        var next = record
        next.isRenamed = false
        next.revision += 1
        _ = try await GuestDocuments.replace(record, by: next, in: database)
    }

    // MARK: - One guest becomes another

    /// - Parameter former: One of whom a site has said who that is.
    func finishMove(of former: Guest.ID) async throws {
        guard let guest = try await arrive(from: former) else { return }
        try Self.reached(.arrived)
        let filter: BSONDocument = ["customerId": .string(former.rawValue)]
        while true {
            let records = try await TicketDocuments.records(filter, limit: Self.batch, in: database)
                .filter { $0.former != nil }
            if records.isEmpty { break }
            for record in records { try await move(record, from: former, to: guest) }
        }
        guard let record = try await GuestDocuments.record(former, in: database), case .moving = record.state else {
            return
        }
        var next = record
        next.state = .retired
        next.opened = nil
        next.revision += 1
        _ = try await GuestDocuments.replace(record, by: next, in: database)
        try Self.reached(.moved)
    }

    /// Sees to it that the guest is stored to whom all that was `former`'s moves.
    ///
    /// - Returns: Nil if nothing moves any more.
    private func arrive(from former: Guest.ID) async throws -> Guest.ID? {
        for _ in 0..<Self.maximumAttempts {
            var id: Guest.ID?
            if case .moving(let guest, _)? = try await GuestDocuments.record(former, in: database)?.state {
                id = guest.id
            }
            guard let id else { return nil }
            // In this order: if somebody else has been through with it, even to the guest's erasure, that is seen.
            let target = try await GuestDocuments.record(id, in: database)
            guard let record = try await GuestDocuments.record(former, in: database),
                case .moving(let guest, let revision) = record.state
            else { return nil }
            if let opened = record.opened { try await database.ensure(opened, in: TicketDocuments.collection) }
            var next = target ?? GuestRecord(id: id)
            if let opened = next.opened { try await database.ensure(opened, in: TicketDocuments.collection) }
            next.opened = nil
            switch next.state {
            case .nobody: next.rename(guest)
            case .known where next.revision == revision: next.rename(guest)
            case .known: break
            case .erasing:
                try await finishErasure(of: next)
                continue
            case .moving, .retired: throw MongoError.malformed
            }
            // Also where nothing changes: whoever is about to erase the guest starts over.
            next.revision += 1
            if try await GuestDocuments.replace(target, by: next, in: database) { return id }
        }
        throw MongoError.busy
    }

    /// The messages first: whoever may write to the ticket as its new guest finds their earlier ones.
    private func move(_ record: TicketRecord, from former: Guest.ID, to guest: Guest.ID) async throws {
        let id = record.ticket.id
        if let last = record.last {
            try await database.ensure(MessageDocuments.encode(last), in: MessageDocuments.collection)
        }
        try await database.updateAll(
            in: MessageDocuments.collection,
            ["ticketId": .string(id.rawValue), "senderId": .string(former.rawValue)],
            ["$set": ["senderId": .string(guest.rawValue), "sender.userId": .string(guest.rawValue)]]
        )
        try Self.reached(.messagesMoved)
        var generator = SystemRandomNumberGenerator()
        var next = record.after(RandomID.make(using: &generator), ticket: record.ticket, message: nil)
        let filter: BSONDocument = ["_id": .string(id.rawValue), "revision": .int(record.revision)]
        do {
            _ = try await database.replace(filter, by: TicketDocuments.encode(next), in: TicketDocuments.collection)
        } catch .duplicateKey {
            // Two ids may have used the same client id; the ticket that moves is known by its own id by now.
            next.clientID = nil
            _ = try await database.replace(filter, by: TicketDocuments.encode(next), in: TicketDocuments.collection)
        }
        try Self.reached(.ticketMoved)
    }
}
#endif
