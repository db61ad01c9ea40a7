/// Which part of a ticket's messages: bounds are exclusive, the answer always ascends.
///
/// A page ends at ``limit`` messages or at ``maximumBytes`` of text, whichever comes first, so that it
/// can be sent in one piece; ``History/hasMore`` then says that there is more. What fits is counted in the
/// direction asked for: with ``Direction/newest`` the newest ones that fit.
package struct HistoryRange: Sendable, Equatable {
    package enum Direction: Sendable, Equatable {
        /// The oldest ones with a higher seq: what somebody who reconnects has missed.
        case after(Int)
        /// The newest ones with a lower seq: scrolling up.
        case before(Int)
        /// The newest ones.
        case newest
    }

    package static let defaultLimit = 50
    package static let maximumLimit = 200
    /// Of the messages' texts in UTF-8. A page has one message at least, however long.
    package static let maximumBytes = 256 << 10

    package let direction: Direction
    package let limit: Int

    /// Takes the fields as a client sends them.
    ///
    /// - Throws: ``DeskError/invalid(field:)``: `beforeSeq` if both bounds are given, a bound below 0,
    ///   `limit` outside of 1...200.
    package init(afterSeq: Int? = nil, beforeSeq: Int? = nil, limit: Int = defaultLimit) throws(DeskError) {
        switch (afterSeq, beforeSeq) {
        case (nil, nil): self.direction = .newest
        case (let seq?, nil): self.direction = .after(seq)
        case (nil, let seq?): self.direction = .before(seq)
        case (_?, _?): throw .invalid(field: "beforeSeq")
        }
        guard afterSeq ?? 0 >= 0 else { throw .invalid(field: "afterSeq") }
        guard beforeSeq ?? 0 >= 0 else { throw .invalid(field: "beforeSeq") }
        guard (1...Self.maximumLimit).contains(limit) else { throw .invalid(field: "limit") }
        self.limit = limit
    }
}

/// A part of a ticket's messages, with the ticket as it stood at the same moment.
package struct History: Sendable, Equatable {
    package var ticket: Ticket
    /// Ascending by seq.
    package var messages: [Message]
    /// Whether there is more in the direction asked for (older, for the newest).
    package var hasMore: Bool

    package init(ticket: Ticket, messages: [Message], hasMore: Bool) {
        self.ticket = ticket
        self.messages = messages
        self.hasMore = hasMore
    }
}
