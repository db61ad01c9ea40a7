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

    private static let rememberedWrites = 32

    /// The record as it stands after a write.
    func after(_ write: String, ticket: Ticket, message: Message?) -> TicketRecord {
        var next = self
        next.ticket = ticket
        next.last = message ?? last
        next.revision += 1
        next.writes = (writes + [write]).suffix(Self.rememberedWrites)
        return next
    }
}

/// Tickets as documents, and back.
enum TicketDocuments {
    static let collection = "tickets"

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
            "version": .int(ticket.version), "revision": .int(record.revision),
            "writes": .array(record.writes.map { .string($0) }),
            "last": record.last.map { .document(MessageDocuments.encode($0)) },
            "clientId": record.clientID.map { .string($0.rawValue) },
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
        let documents = try await database.find(in: collection, filter, sort: sort, limit: limit)
        let guests = try await database.find(
            in: GuestDocuments.collection,
            ids: Set(documents.compactMap { $0["customerId"]?.string })
        )
        let accounts = try await database.find(
            in: AccountDocuments.collection,
            ids: Set(documents.compactMap { $0["assigneeId"]?.string })
        )
        var customers: [Guest.ID: Guest] = [:]
        for guest in guests {
            let guest = try GuestDocuments.decode(guest)
            customers[guest.id] = guest
        }
        var names: [String: String] = [:]
        for account in accounts { names[try account.text("_id")] = try account.text("name") }
        var records: [TicketRecord] = []
        for document in documents {
            guard let customer = customers[Guest.ID(rawValue: try document.text("customerId"))] else {
                throw .malformed
            }
            var record = try decode(document, of: customer)
            record.ticket.assigneeName = record.ticket.assigneeID.flatMap { names[$0.rawValue] }
            records.append(record)
        }
        return records
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
        ticket.version = try document.number("version")
        var record = TicketRecord(ticket: ticket, revision: try document.number("revision"))
        record.writes = document["writes"]?.array?.compactMap(\.string) ?? []
        if let last = document["last"]?.document { record.last = try MessageDocuments.decode(last) }
        record.clientID = document["clientId"]?.string.map(ClientID.init(stored:))
        return record
    }
}
#endif
