/// One message of a ticket. It never changes.
package struct Message: Sendable, Equatable, Identifiable {
    package struct ID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }
    }

    package var id: ID
    package var ticketID: Ticket.ID
    /// 1, 2, 3 ... within the ticket, without a hole.
    package var seq: Int
    package var sender: Author
    package var text: String
    /// Never before that of the message with the previous ``seq``.
    package var timestamp: Timestamp
    package var clientID: ClientID?

    package init(
        id: ID,
        ticketID: Ticket.ID,
        seq: Int,
        sender: Author,
        text: String,
        timestamp: Timestamp,
        clientID: ClientID?
    ) {
        self.id = id
        self.ticketID = ticketID
        self.seq = seq
        self.sender = sender
        self.text = text
        self.timestamp = timestamp
        self.clientID = clientID
    }
}

/// A message that has no place in a ticket yet.
package struct MessageDraft: Sendable, Equatable {
    package var id: Message.ID
    package var sender: Author
    package var text: String
    /// The word filter does not let it in, unless it is a retry of what was stored before.
    package var isRefused: Bool
    package var timestamp: Timestamp
    package var clientID: ClientID?

    package init(
        id: Message.ID,
        sender: Author,
        text: String,
        isRefused: Bool = false,
        timestamp: Timestamp,
        clientID: ClientID?
    ) {
        self.id = id
        self.sender = sender
        self.text = text
        self.isRefused = isRefused
        self.timestamp = timestamp
        self.clientID = clientID
    }
}
