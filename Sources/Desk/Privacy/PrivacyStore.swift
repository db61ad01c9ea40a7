/// How much went with an erasure.
package struct Erasure: Sendable, Equatable {
    package var tickets: Int
    package var messages: Int

    package init(tickets: Int = 0, messages: Int = 0) {
        self.tickets = tickets
        self.messages = messages
    }

    /// For the audit log.
    var summary: String { "\(tickets) tickets, \(messages) messages" }
}

/// The store's part for what people may ask about their own data, and for what is not kept for ever.
///
/// Tickets go whole: seq never gets a hole. Nothing of them is readable in the store's files afterwards, as far
/// as the store can see to it; copies made earlier are not its business.
package protocol PrivacyStore: Sendable {
    /// All tickets of a guest, by number.
    func tickets(of guest: Guest.ID) async throws(DeskError) -> [Ticket]

    /// Deletes a guest with all tickets.
    ///
    /// - Parameter audit: What the same write adds to the audit log.
    /// - Throws: ``DeskError/notFound`` for a guest who is not stored.
    func erase(
        _ guest: Guest.ID,
        audit: @escaping @Sendable (Erasure) -> AuditEntry?
    ) async throws(DeskError) -> Erasure

    /// Deletes tickets that were closed before `moment`, at most `limit` of them, and the guests who have none
    /// left.
    ///
    /// - Parameter audit: What the same write adds to the audit log.
    func eraseTickets(
        closedBefore moment: Timestamp,
        limit: Int,
        audit: @escaping @Sendable (Erasure) -> AuditEntry?
    ) async throws(DeskError) -> Erasure
}
