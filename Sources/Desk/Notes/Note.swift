/// What agents write to each other about a ticket. Guests never see any of it, nor that there is any.
package struct Note: Sendable, Equatable, Identifiable {
    package struct ID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }
    }

    package var id: ID
    package var ticketID: Ticket.ID
    /// Counts 1, 2, 3 within the ticket, apart from the messages.
    package var seq: Int
    /// The message that it follows.
    package var afterSeq: Int
    package var authorID: Account.ID
    /// What the author was called then.
    package var authorName: String
    package var text: String
    package var timestamp: Timestamp
    package var clientID: ClientID?

    package init(
        id: ID,
        ticketID: Ticket.ID,
        seq: Int,
        afterSeq: Int,
        authorID: Account.ID,
        authorName: String,
        text: String,
        timestamp: Timestamp,
        clientID: ClientID?
    ) {
        self.id = id
        self.ticketID = ticketID
        self.seq = seq
        self.afterSeq = afterSeq
        self.authorID = authorID
        self.authorName = authorName
        self.text = text
        self.timestamp = timestamp
        self.clientID = clientID
    }
}

/// A part of a ticket's notes, ascending.
package struct NotePage: Sendable, Equatable {
    package static let limit = 200

    package var notes: [Note]
    package var hasMore: Bool

    package init(notes: [Note], hasMore: Bool) {
        self.notes = notes
        self.hasMore = hasMore
    }
}
