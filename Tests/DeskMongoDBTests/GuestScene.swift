#if MongoDB
import Desk
import Synchronization

@testable import DeskMongoDB

/// A store with a guest who wrote while nobody vouched for them.
struct GuestScene: Sendable {
    struct Crash: Error {}

    static let came = Guest.ID(rawValue: "came")
    static let vouched = Guest.ID.vouchedFor(code: "ada")
    static let open = Ticket.ID(rawValue: "open")
    static let closed = Ticket.ID(rawValue: "closed")
    static let now = Timestamp(milliseconds: 1_000_000)

    let store: MongoStore
    let events = Events()

    final class Events: Sendable {
        private let all = Mutex<[DeskEvent]>([])

        func add(_ events: [DeskEvent]) { all.withLock { $0 += events } }

        var retired: [Guest.ID] {
            all.withLock { $0 }.compactMap { if case .guestRetired(let id) = $0 { id } else { nil } }
        }

        var notes: [Note] {
            all.withLock { $0 }.compactMap { if case .noteAdded(let note) = $0 { note } else { nil } }
        }

        var updated: [Ticket] {
            all.withLock { $0 }.compactMap { if case .ticketUpdated(let ticket) = $0 { ticket } else { nil } }
        }
    }

    static func with(_ body: (GuestScene, MongoClient) async throws -> Void) async throws {
        try await Deployment.withClient { client in
            try await body(GuestScene(store: MongoStore(client: client)), client)
        }
    }

    /// An open ticket with two messages and a closed one with one.
    func fill() async throws {
        for id in [Self.open, Self.closed] { _ = try await create(id, by: Self.came, clientID: id.rawValue) }
        _ = try await post("second", to: Self.open, by: Self.came, clientID: "second")
        _ = try await close(Self.closed, by: Self.came)
    }

    /// Another node on the same database.
    func other(_ client: MongoClient) async throws -> GuestScene {
        GuestScene(store: try await MongoStore(client: client))
    }

    func create(
        _ id: Ticket.ID,
        by guest: Guest.ID,
        clientID: String? = nil
    ) async throws(DeskError) -> CreatedTicket {
        let clientID = clientID.map(ClientID.init(stored:))
        let stored = Guest(
            id: guest,
            name: "Typed",
            email: nil,
            isVerified: guest.isVouchedFor,
            createdAt: Self.now
        )
        return try await store.createTicket(for: stored, clientID: clientID, publish: events.add) {
            facts throws(DeskError) in
            guard !facts.isRetired else { throw .unauthorized }
            if let known = facts.known { return .nothing(known) }
            var ticket = Ticket(
                id: id,
                number: facts.number,
                customer: facts.guest,
                subject: "parcel",
                createdAt: Self.now
            )
            let message = Self.append("first of \(id)", clientID, by: guest, to: &ticket)
            let created = CreatedTicket(ticket: ticket, message: message, isNew: true)
            return Decision(answer: created, ticket: ticket, message: message, events: [.ticketCreated(ticket)])
        }
    }

    func post(
        _ text: String,
        to id: Ticket.ID,
        by guest: Guest.ID,
        clientID: String? = nil
    ) async throws(DeskError) -> Message {
        let clientID = clientID.map(ClientID.init(stored:))
        let lookup = TicketLookup(
            ticketID: id,
            message: MessageKey(senderID: guest.rawValue, clientID: clientID)
        )
        return try await store.change(lookup, publish: events.add) { facts throws(DeskError) in
            guard facts.ticket.customerID == guest else { throw .notFound }
            if let known = facts.message { return .nothing(known) }
            var ticket = facts.ticket
            let message = Self.append(text, clientID, by: guest, to: &ticket)
            let events = [DeskEvent.messagePosted(message, ticket: ticket)]
            return Decision(answer: message, ticket: ticket, message: message, events: events)
        }
    }

    func close(_ id: Ticket.ID, by guest: Guest.ID) async throws(DeskError) -> Ticket {
        try await store.change(TicketLookup(ticketID: id), publish: events.add) { facts in
            var ticket = facts.ticket
            ticket.status = .closed
            ticket.closedAt = Self.now
            ticket.closedBy = Author(userID: guest.rawValue, role: .guest, name: "Typed")
            ticket.version += 1
            return Decision(answer: ticket, ticket: ticket, events: [])
        }
    }

    @discardableResult
    func adopt(name: String? = "Ada") async throws(DeskError) -> Guest? {
        try await store.adopt(Self.vouched, from: Self.came, publish: events.add) { facts in
            guard facts.known != nil || facts.former != nil else { return nil }
            var guest =
                facts.known
                ?? Guest(id: Self.vouched, name: nil, email: nil, isVerified: true, createdAt: Self.now)
            guest.name = name ?? guest.name
            return Adoption(guest: guest, retires: facts.former?.id)
        }
    }

    func rename(_ guest: Guest.ID, to name: String) async throws(DeskError) {
        _ = try await store.changeGuest(guest, publish: events.add) { guest in
            var guest = guest
            guest.name = name
            return guest
        }
    }

    func history(of id: Ticket.ID) async throws -> History {
        try await store.history(of: id, HistoryRange(afterSeq: 0, limit: 200)) { _ in }
    }

    func places(_ text: String) async throws -> [SearchFind.Place] {
        let query = try SearchQuery(query: text, status: nil, limit: nil, cursor: nil)
        return try await store.search(query).finds.map(\.place)
    }

    /// How many documents there are with that field.
    func count(in collection: String, having field: String) async throws -> Int {
        try await store.database.count(in: collection, [field: ["$exists": true]])
    }

    private static func append(
        _ text: String,
        _ clientID: ClientID?,
        by guest: Guest.ID,
        to ticket: inout Ticket
    ) -> Message {
        var generator = SystemRandomNumberGenerator()
        ticket.lastSeq += 1
        ticket.version += 1
        ticket.lastText = text
        ticket.lastSenderRole = .guest
        ticket.lastMessageAt = now
        return Message(
            id: Message.ID(rawValue: RandomID.make(using: &generator)),
            ticketID: ticket.id,
            seq: ticket.lastSeq,
            sender: Author(userID: guest.rawValue, role: .guest, name: "Typed"),
            text: text,
            timestamp: now,
            clientID: clientID
        )
    }

    /// Runs `body` until that step, and ends it there.
    static func crash(at crash: MongoStore.GuestStep, _ body: () async throws -> Void) async {
        do {
            try await MongoStore.$reached.withValue({ step in if step == crash { throw Crash() } }, operation: body)
        } catch {
            // As if the process had ended.
        }
    }
}
#endif
