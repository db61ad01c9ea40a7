#if MongoDB
import Desk

/// A ticket with what the store keeps beside it, in the same document.
struct TicketRecord: Sendable {
    var ticket: Ticket
    /// The newest message, whole: the one that a crash may have kept out of the messages.
    var last: Message?
    /// Rises with every write, ``Ticket/reads`` included; what the compare-and-set compares.
    var revision = 1
    /// The latest writes, so that one whose outcome is unknown finds itself again.
    var writes: [String] = []
    /// The key of a retry of what created it.
    var clientID: ClientID?
    /// Part of the ticket's version: see ``GuestRecord/changes``.
    var guestChanges = 0
    /// Whose it was, if that is still to be written: the ticket stands here as it will.
    var former: Guest.ID?

    private static let rememberedWrites = 32

    /// The record as it stands after a write.
    func after(_ write: String, ticket: Ticket, message: Message?) -> TicketRecord {
        var next = self
        next.ticket = ticket
        next.former = nil
        next.last = message ?? last
        next.revision += 1
        next.writes = (writes + [write]).suffix(Self.rememberedWrites)
        return next
    }
}

/// Tickets as documents, and back.
enum TicketDocuments {
    static let collection = "tickets"
    private static let maximumAttempts = 10

    static func encode(_ record: TicketRecord) -> BSONDocument {
        let ticket = record.ticket
        return [
            "_id": .string(ticket.id.rawValue), "number": .int(ticket.number),
            "customerId": .string(ticket.customerID.rawValue), "siteId": .string(ticket.siteID.rawValue),
            "subject": .string(ticket.subject), "status": .string(ticket.status.rawValue),
            "createdAt": ticket.createdAt.bson, "activityAt": ticket.activityAt.bson,
            "closedAt": ticket.closedAt?.bson, "closedBy": ticket.closedBy.map { .document($0.document) },
            "assigneeId": ticket.assigneeID.map { .string($0.rawValue) }, "lastSeq": .int(ticket.lastSeq),
            "lastMessageAt": ticket.lastMessageAt?.bson, "lastText": ticket.lastText.map { .string($0) },
            "lastSenderRole": ticket.lastSenderRole.map { .string($0.rawValue) },
            "readByGuest": .int(ticket.reads.guest), "readByAgents": .int(ticket.reads.agents),
            "ownVersion": .int(ticket.version - record.guestChanges), "revision": .int(record.revision),
            "writes": .array(record.writes.map { .string($0) }),
            "last": record.last.map { .document(MessageDocuments.fields(of: $0)) },
            "clientId": record.clientID.map { .string($0.rawValue) },
            "words": SearchWords.index(of: ticket.subject),
            "namedAt": .int(record.guestChanges),
            "guestWords": SearchWords.index(of: ticket.customerName, ticket.customerEmail),
            "place": SearchOrder.place(ticket.createdAt, seq: 0, id: ticket.id.rawValue),
        ]
    }

    static func record(_ id: Ticket.ID, in database: MongoDatabase) async throws(MongoError) -> TicketRecord? {
        try await records(["_id": .string(id.rawValue)], limit: 1, in: database).first
    }

    static func records(
        _ filter: BSONDocument,
        sort: BSONDocument? = nil,
        limit: Int,
        in database: MongoDatabase
    ) async throws(MongoError) -> [TicketRecord] {
        for _ in 0..<maximumAttempts {
            let documents = try await database.find(in: collection, filter, sort: sort, limit: limit)
            if let records = try await records(documents, in: database) { return records }
        }
        throw .malformed
    }

    /// Those of these documents that are tickets: of an erased one, no more than the id is left.
    ///
    /// - Returns: Nil if one has moved to another guest since it was read.
    static func records(
        _ documents: [BSONDocument],
        in database: MongoDatabase
    ) async throws(MongoError) -> [TicketRecord]? {
        let documents = documents.filter { $0["status"] != nil }
        let guests = try await guests(of: documents, in: database)
        let accounts = try await database.find(
            in: AccountDocuments.collection,
            ids: Set(documents.compactMap { $0["assigneeId"]?.string }),
            fields: ["name"]
        )
        var names: [String: String] = [:]
        for account in accounts { names[try account.text("_id")] = try account.text("name") }
        var records: [TicketRecord] = []
        for document in documents {
            guard let guest = guests[Guest.ID(rawValue: try document.text("customerId"))] else { continue }
            if case .retired = guest.state { return nil }
            guard var record = try decode(document, of: guest, guests) else { continue }
            record.ticket.assigneeName = record.ticket.assigneeID.flatMap { names[$0.rawValue] }
            records.append(record)
        }
        return records
    }

    /// Whose tickets these are, and to whom they move.
    private static func guests(
        of documents: [BSONDocument],
        in database: MongoDatabase
    ) async throws(MongoError) -> [Guest.ID: GuestRecord] {
        let collection = GuestDocuments.collection
        let owners = Set(documents.compactMap { $0["customerId"]?.string })
        var found = try await database.find(in: collection, ids: owners)
        found += try await database.find(in: collection, ids: Set(found.compactMap { $0["movesTo"]?.string }))
        var guests: [Guest.ID: GuestRecord] = [:]
        for document in found {
            let record = try GuestDocuments.decode(document)
            guests[record.id] = record
        }
        return guests
    }

    /// Nil if the guest is being erased, and the ticket with them.
    private static func decode(
        _ document: BSONDocument,
        of owner: GuestRecord,
        _ guests: [Guest.ID: GuestRecord]
    ) throws(MongoError) -> TicketRecord? {
        switch owner.state {
        case .known(let guest):
            var record = try decode(document, of: guest)
            record.guestChanges = owner.changes
            record.ticket.version += owner.changes
            return record
        case .moving(let guest, _):
            let target = guests[guest.id]
            var record = try decode(document, of: target?.known ?? guest)
            record.former = owner.id
            record.guestChanges = target?.changes ?? 0
            record.ticket.version += owner.changes + 1
            if record.ticket.closedBy?.userID == owner.id.rawValue {
                record.ticket.closedBy?.userID = guest.id.rawValue
            }
            if record.last?.sender.userID == owner.id.rawValue { record.last?.sender.userID = guest.id.rawValue }
            return record
        case .nobody, .retired, .erasing: return nil
        }
    }

    private static func decode(_ document: BSONDocument, of guest: Guest) throws(MongoError) -> TicketRecord {
        var ticket = Ticket(
            id: Ticket.ID(rawValue: try document.text("_id")),
            number: try document.number("number"),
            customer: guest,
            siteID: Site.ID(rawValue: try document.text("siteId")),
            subject: try document.text("subject"),
            createdAt: try document.moment("createdAt")
        )
        ticket.status = try document.spelled("status")
        ticket.closedAt = document.optionalMoment("closedAt")
        if let author = document["closedBy"]?.document { ticket.closedBy = try Author(document: author) }
        ticket.assigneeID = document["assigneeId"]?.string.map(Account.ID.init(rawValue:))
        ticket.lastSeq = try document.number("lastSeq")
        ticket.lastMessageAt = document.optionalMoment("lastMessageAt")
        ticket.lastText = document["lastText"]?.string
        ticket.lastSenderRole = document["lastSenderRole"]?.string.flatMap(Role.init(rawValue:))
        ticket.reads = Ticket.Reads(
            guest: try document.number("readByGuest"),
            agents: try document.number("readByAgents")
        )
        ticket.version = try document.number("ownVersion")
        var record = TicketRecord(ticket: ticket, revision: try document.number("revision"))
        record.writes = document["writes"]?.array?.compactMap(\.string) ?? []
        if let last = document["last"]?.document { record.last = try MessageDocuments.decode(last) }
        record.clientID = document["clientId"]?.string.map(ClientID.init(stored:))
        return record
    }
}
#endif
