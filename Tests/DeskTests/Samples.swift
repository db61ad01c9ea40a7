@testable import Desk

extension Ticket {
    /// An open ticket number 1 of the guest `g`, opened at 0.
    static func sample(lastSeq: Int = 0) -> Ticket {
        let zero = Timestamp(milliseconds: 0)
        let guest = Guest(id: Guest.ID(rawValue: "g"), name: "Gus", email: nil, isVerified: false, createdAt: zero)
        var ticket = Ticket(id: Ticket.ID(rawValue: "t"), number: 1, customer: guest, subject: "", createdAt: zero)
        ticket.lastSeq = lastSeq
        return ticket
    }
}

extension MessageDraft {
    static func sample(by principal: Principal, at milliseconds: Int64 = 0) -> MessageDraft {
        MessageDraft(
            id: Message.ID(rawValue: "m"),
            sender: principal.author,
            text: "text",
            timestamp: Timestamp(milliseconds: milliseconds),
            clientID: nil
        )
    }
}

extension Principal {
    static let sampleGuest = Principal.guest(Guest.ID(rawValue: "g"), name: "Gus")
    static let sampleAgent = Principal.agent(Account.ID(rawValue: "a"), name: "Ann", role: .agent)
}
