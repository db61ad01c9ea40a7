#if MongoDB
import Desk

/// What follows from an erasure that has been committed, one step after the other. Doing one twice is as good as once.
extension MongoStore {
    /// - Parameter record: Of a guest who is being erased.
    func finishErasure(of record: GuestRecord) async throws {
        while true {
            let tickets = try await database.find(
                in: TicketDocuments.collection,
                ["customerId": .string(record.id.rawValue)],
                limit: Self.batch
            )
            if tickets.isEmpty { break }
            for ticket in tickets {
                // Whoever is writing to it finds no ticket any more, and those who finish this find it by its guest.
                _ = try await database.replace(
                    ["_id": ticket["_id"], "customerId": .string(record.id.rawValue)],
                    by: ["_id": ticket["_id"], "customerId": .string(record.id.rawValue), "isErased": true],
                    in: TicketDocuments.collection
                )
                try Self.reached(.ticketEmptied)
            }
            try await eraseRest(of: tickets)
        }
        // MongoDB takes the document away, and what waits in it would go too.
        try await copyWaitingAudit(in: GuestDocuments.collection, of: record.id.rawValue)
        var next = record
        next.state = .nobody
        (next.changes, next.isRenamed, next.opened, next.audit) = (0, false, nil, [])
        next.revision += 1
        _ = try await GuestDocuments.replace(record, by: next, in: database)
        try await date(GuestDocuments.collection, ["_id": .string(record.id.rawValue), "state": "nobody"])
        try Self.reached(.erased)
    }

    /// Of tickets that nobody can read or write any more.
    func eraseRest(of tickets: [BSONDocument]) async throws {
        let ids = try tickets.map { ticket throws(MongoError) in try ticket.text("_id") }
        try await eraseContents(of: ids.map(Ticket.ID.init(rawValue:)))
        try Self.reached(.messagesErased)
        let filter: BSONDocument = ["_id": ["$in": .array(ids.map { .string($0) })], "isErased": true]
        try await database.updateAll(
            in: TicketDocuments.collection,
            filter,
            ["$unset": ["customerId": "", "lastSeq": "", "erasure": "", "erasedUpTo": ""]]
        )
        try await date(TicketDocuments.collection, filter)
        try Self.reached(.ticketErased)
    }

    /// The bare ids stay for a day, so that nobody who is late brings back what had them; then MongoDB takes them away.
    func date(_ collection: String, _ filter: BSONDocument) async throws {
        try await database.updateAll(in: collection, filter, ["$currentDate": ["erasedAt": true]])
    }

    func eraseContents(of tickets: [Ticket.ID]) async throws {
        let filter: BSONDocument = ["ticketId": ["$in": .array(tickets.map { .string($0.rawValue) })]]
        for collection in [MessageDocuments.collection, NoteDocuments.collection] {
            try await database.deleteAll(in: collection, filter)
        }
    }
}
#endif
