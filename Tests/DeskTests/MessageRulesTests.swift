import Testing

@testable import Desk

struct MessageRulesTests {
    private func post(_ draft: MessageDraft, by principal: Principal, to ticket: Ticket) throws -> Decision<Message> {
        try MessageRules.post(draft, by: principal, facts: TicketFacts(ticket: ticket))
    }

    @Test func `a message takes the next seq and leads the ticket on`() throws {
        let ticket = Ticket.sample(lastSeq: 6)
        let decision = try post(.sample(by: .sampleAgent, at: 5), by: .sampleAgent, to: ticket)
        var expected = ticket
        (expected.lastSeq, expected.version) = (7, 2)
        (expected.lastText, expected.lastSenderRole) = ("text", .agent)
        expected.lastMessageAt = Timestamp(milliseconds: 5)
        #expect(decision.ticket == expected)
        #expect(decision.answer.seq == 7)
        #expect(decision.message == decision.answer)
        #expect(decision.events == [.messagePosted(decision.answer, ticket: expected)])
    }

    @Test func `who had seen everything has seen the own message`() throws {
        var ticket = Ticket.sample(lastSeq: 3)
        ticket.reads = Ticket.Reads(guest: 3, agents: 2)
        #expect(try post(.sample(by: .sampleGuest), by: .sampleGuest, to: ticket).ticket?.reads.guest == 4)
        #expect(try post(.sample(by: .sampleAgent), by: .sampleAgent, to: ticket).ticket?.reads == ticket.reads)
    }

    @Test func `time does not run backwards within a ticket`() throws {
        var ticket = Ticket.sample(lastSeq: 1)
        ticket.lastMessageAt = Timestamp(milliseconds: 100)
        let decision = try post(.sample(by: .sampleGuest, at: 40), by: .sampleGuest, to: ticket)
        #expect(decision.answer.timestamp == Timestamp(milliseconds: 100))
    }

    @Test func `a retry is looked at before the status but after the right to it`() throws {
        var ticket = Ticket.sample(lastSeq: 1)
        ticket.status = .closed
        let known = MessageRules.append(.sample(by: .sampleGuest), to: .sample()).1
        let facts = TicketFacts(ticket: ticket, message: known)
        let decision = try MessageRules.post(.sample(by: .sampleGuest), by: .sampleGuest, facts: facts)
        #expect(decision.answer == known)
        #expect(decision.ticket == nil && decision.message == nil && decision.events.isEmpty)
        let stranger = Principal.guest(Guest.ID(rawValue: "x"), name: nil)
        #expect(throws: DeskError.notFound) {
            try MessageRules.post(.sample(by: stranger), by: stranger, facts: facts)
        }
    }

    @Test func `a closed ticket takes no message`() {
        var ticket = Ticket.sample()
        ticket.status = .closed
        #expect(throws: DeskError.closed) { try post(.sample(by: .sampleAgent), by: .sampleAgent, to: ticket) }
    }

    @Test func `guest and agents have their own read positions`() throws {
        var ticket = Ticket.sample(lastSeq: 5)
        ticket.reads = Ticket.Reads(guest: 4, agents: 1)
        let facts = TicketFacts(ticket: ticket)
        let byGuest = try MessageRules.markRead(3, by: .sampleGuest, facts: facts)
        #expect(byGuest.answer == 4 && byGuest.ticket == nil && byGuest.events.isEmpty)
        let byAgent = try MessageRules.markRead(9, by: .sampleAgent, facts: facts)
        #expect(byAgent.ticket?.reads == Ticket.Reads(guest: 4, agents: 5))
        #expect(byAgent.ticket?.version == ticket.version)
        #expect(byAgent.events == [.readMoved(ticket.id, reader: Principal.sampleAgent.author, seq: 5)])
    }
}
