/// What the store reads for a rule, inside the write.
package struct TicketLookup: Sendable {
    package var ticketID: Ticket.ID
    /// The message that this may be a retry of.
    package var message: MessageKey?
    /// An account that the rule must know about.
    package var account: Account.ID?

    package init(ticketID: Ticket.ID, message: MessageKey? = nil, account: Account.ID? = nil) {
        self.ticketID = ticketID
        self.message = message
        self.account = account
    }
}

/// What makes a sender's message the same one within a ticket.
package struct MessageKey: Sendable {
    package var senderID: String
    package var clientID: ClientID

    /// Nil without a `clientID`: then every message is new.
    package init?(senderID: String, clientID: ClientID?) {
        guard let clientID else { return nil }
        self.senderID = senderID
        self.clientID = clientID
    }
}

/// What the store found.
package struct TicketFacts: Sendable {
    package var ticket: Ticket
    package var message: Message?
    package var account: Account?

    package init(ticket: Ticket, message: Message? = nil, account: Account? = nil) {
        self.ticket = ticket
        self.message = message
        self.account = account
    }
}

/// What a rule about a new ticket may look at, read inside the write.
package struct CreationFacts: Sendable {
    /// The guest as stored, or as handed in if this is the first ticket.
    package var guest: Guest
    /// Whether the guest's id is ``GuestStanding/retired``.
    package var isRetired: Bool
    /// The number that a new ticket gets.
    package var number: Int
    /// What an earlier call with the same guest and client id stored.
    package var known: CreatedTicket?
    /// How many the guest has open.
    package var openTickets: Int
    /// When the guest's newest tickets were created, newest first, at most ``newestLimit``.
    package var newest: [Timestamp]

    package static let newestLimit = 100

    package init(
        guest: Guest,
        isRetired: Bool = false,
        number: Int,
        known: CreatedTicket? = nil,
        openTickets: Int = 0,
        newest: [Timestamp] = []
    ) {
        self.guest = guest
        self.isRetired = isRetired
        self.number = number
        self.known = known
        self.openTickets = openTickets
        self.newest = newest
    }
}

/// A ticket and the message it was opened with.
package struct CreatedTicket: Sendable, Equatable {
    package var ticket: Ticket
    package var message: Message?
    /// Whether this call created it, and not an earlier one with the same client id.
    package var isNew: Bool

    package init(ticket: Ticket, message: Message?, isNew: Bool = false) {
        self.ticket = ticket
        self.message = message
        self.isNew = isNew
    }
}

/// The store's part for tickets and messages.
///
/// If the desk read, decided and then wrote, a close and a message could cross. So there is one write,
/// ``change(_:publish:rule:)``, and the desk's rule runs inside it. Rules are pure and quick, and may
/// run again if the store has to start over.
package protocol TicketStore: Sendable {
    /// The one write for existing tickets. Returns at once; of one ticket, what one caller begins is done in that order.
    ///
    /// - Parameter completion: Called once, on any thread, after `publish`. It must return quickly, as that must. It gets
    ///   ``DeskError/notFound`` if there is no such ticket, and whatever `rule` throws.
    func change<Answer: Sendable>(
        _ lookup: TicketLookup,
        publish: @escaping Publish,
        rule: @escaping @Sendable (TicketFacts) throws(DeskError) -> Decision<Answer>,
        completion: @escaping Completion<Answer>
    )

    /// Stores a new ticket, and `guest` with it unless there is one with that id.
    ///
    /// - Parameters:
    ///   - guest: Stored as is, if this guest is unknown.
    ///   - clientID: The key of a retry; the first message carries the same one.
    func createTicket(
        for guest: Guest,
        clientID: ClientID?,
        publish: @escaping Publish,
        rule: @escaping @Sendable (CreationFacts) throws(DeskError) -> Decision<CreatedTicket>
    ) async throws(DeskError) -> CreatedTicket

    func ticket(_ id: Ticket.ID) async throws(DeskError) -> Ticket?

    /// - Parameter caller: Whose tickets are `counts.mine`.
    func tickets(_ query: TicketQuery, for caller: Account.ID) async throws(DeskError) -> TicketPage

    /// A guest's tickets, open and closed, newest activity first.
    func tickets(of guest: Guest.ID, limit: Int, before cursor: TicketCursor?) async throws(DeskError) -> OwnTicketPage

    /// The guest's open tickets, newest activity first, at most `limit`; none for an unknown guest.
    func openTickets(of guest: Guest.ID, limit: Int) async throws(DeskError) -> [Ticket]

    /// Reads the ticket, asks `isAllowed`, and reads messages of the same moment.
    ///
    /// - Throws: ``DeskError/notFound`` if there is no such ticket; whatever `isAllowed` throws.
    func history(
        of id: Ticket.ID,
        _ range: HistoryRange,
        isAllowed: @escaping @Sendable (Ticket) throws(DeskError) -> Void
    ) async throws(DeskError) -> History
}

/// What is called with the outcome of a write that nobody waits for.
package typealias Completion<Answer> = @Sendable (Result<Answer, DeskError>) -> Void

extension TicketStore {
    /// The same for one who waits.
    package func change<Answer: Sendable>(
        _ lookup: TicketLookup,
        publish: @escaping Publish,
        rule: @escaping @Sendable (TicketFacts) throws(DeskError) -> Decision<Answer>
    ) async throws(DeskError) -> Answer {
        let result = await withCheckedContinuation { continuation in
            change(lookup, publish: publish, rule: rule) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }
}
