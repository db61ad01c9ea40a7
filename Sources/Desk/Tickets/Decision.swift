/// What a rule decided about one ticket, for the store to carry out: all of it or nothing.
package struct Decision<Answer: Sendable>: Sendable {
    /// What the caller gets.
    package var answer: Answer
    /// The ticket as it will stand; nil if nothing is stored.
    package var ticket: Ticket?
    /// A message to append; its seq is `ticket.lastSeq`.
    package var message: Message?
    /// What others hear of after the commit.
    package var events: [DeskEvent]

    package init(answer: Answer, ticket: Ticket, message: Message? = nil, events: [DeskEvent]) {
        self.answer = answer
        self.ticket = ticket
        self.message = message
        self.events = events
    }

    private init(answer: Answer) {
        self.answer = answer
        self.events = []
    }

    /// Everything is already as it was asked for.
    package static func nothing(_ answer: Answer) -> Decision {
        Decision(answer: answer)
    }
}
