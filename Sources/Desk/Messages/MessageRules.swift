/// The decisions about messages and read positions, as pure functions.
enum MessageRules {
    /// The retry is looked at before the status: what is stored stays `ok`, even on a closed ticket
    /// and with another text.
    static func post(
        _ draft: MessageDraft,
        by principal: Principal,
        facts: TicketFacts
    ) throws(DeskError) -> Decision<Message> {
        try authorize(principal, to: .postMessage, on: facts.ticket)
        if let known = facts.message { return .nothing(known) }
        guard facts.ticket.status == .open else { throw .closed }
        guard !draft.isRefused else { throw .invalid(field: "text") }
        let (ticket, message) = append(draft, to: facts.ticket)
        return Decision(
            answer: message,
            ticket: ticket,
            message: message,
            events: [.messagePosted(message, ticket: ticket)]
        )
    }

    /// Gives the draft the next seq. Whoever had seen everything before has seen their own message
    /// too; nobody sees unread messages by answering.
    static func append(_ draft: MessageDraft, to ticket: Ticket) -> (Ticket, Message) {
        let message = Message(
            id: draft.id,
            ticketID: ticket.id,
            seq: ticket.lastSeq + 1,
            sender: ticket.named(draft.sender),
            text: draft.text,
            timestamp: max(draft.timestamp, ticket.activityAt),
            clientID: draft.clientID
        )
        var ticket = ticket
        if ticket.reads[draft.sender.role] == ticket.lastSeq { ticket.reads[draft.sender.role] = message.seq }
        ticket.lastSeq = message.seq
        ticket.lastMessageAt = message.timestamp
        ticket.lastText = Ticket.excerpt(of: message.text)
        ticket.lastSenderRole = message.sender.role
        ticket.version += 1
        return (ticket, message)
    }

    /// Monotonic, and clamped to what there is. Leaves the version alone: reading is no reason to
    /// refuse another agent's ``Desk/assign(_:to:ifVersion:by:)``.
    static func markRead(
        _ seq: Int,
        by principal: Principal,
        facts: TicketFacts
    ) throws(DeskError) -> Decision<Int> {
        try authorize(principal, to: .markRead, on: facts.ticket)
        let seq = min(seq, facts.ticket.lastSeq)
        let current = facts.ticket.reads[principal.role]
        guard seq > current else { return .nothing(current) }
        var ticket = facts.ticket
        ticket.reads[principal.role] = seq
        return Decision(
            answer: seq,
            ticket: ticket,
            events: [.readMoved(ticket.id, reader: principal.author, seq: seq)]
        )
    }
}
