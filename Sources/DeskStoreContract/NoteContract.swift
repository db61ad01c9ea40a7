import Desk
import Testing

extension StoreContract {
    static let noteRules = [
        StoreRule("notes count for themselves, follow a message, and change nothing of the ticket") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            var ticket = try await bench.ticket(by: guest, text: "hello")
            let first = try await bench.desk.addNote("  look\nhere", to: ticket.id, by: agent)
            #expect((first.seq, first.afterSeq, first.text, first.authorName) == (1, 1, "  look\nhere", agent.name))
            #expect(try await bench.desk.ticket(ticket.id, for: guest) == ticket)
            _ = try await bench.desk.postMessage("more", to: ticket.id, by: guest)
            ticket = try await bench.desk.close(ticket.id, by: agent)
            _ = bench.takeEvents()
            let second = try await bench.desk.addNote("after the close", to: ticket.id, by: agent)
            #expect((second.seq, second.afterSeq) == (2, 2))
            #expect(bench.takeEvents() == [.noteAdded(second)])
            #expect(
                try await bench.desk.notes(of: ticket.id, for: agent)
                    == NotePage(notes: [first, second], hasMore: false)
            )
            #expect(try await bench.desk.notes(of: ticket.id, after: 1, for: agent).notes == [second])
            #expect(try await bench.desk.ticket(ticket.id, for: guest) == ticket)
        },
        StoreRule("the retry of a note is the same note, told once") { bench in
            let (agent, key) = (try await bench.agent(), try ClientID("c"))
            let ticket = try await bench.ticket(by: bench.guest())
            let note = try await bench.desk.addNote("once", to: ticket.id, clientID: key, by: agent)
            _ = bench.takeEvents()
            #expect(try await bench.desk.addNote("twice", to: ticket.id, clientID: key, by: agent) == note)
            #expect(bench.takeEvents().isEmpty)
            let other = try await bench.agent("other")
            #expect(try await bench.desk.addNote("of another", to: ticket.id, clientID: key, by: other).seq == 2)
        },
        StoreRule("a page of notes ends at its limit") { bench in
            let agent = try await bench.agent()
            let ticket = try await bench.ticket(by: bench.guest())
            for number in 0...NotePage.limit { _ = try await bench.desk.addNote("\(number)", to: ticket.id, by: agent) }
            let page = try await bench.desk.notes(of: ticket.id, for: agent)
            #expect(page.notes.count == NotePage.limit && page.hasMore)
            let rest = try await bench.desk.notes(of: ticket.id, after: page.notes.last?.seq ?? 0, for: agent)
            #expect(rest.notes.map(\.seq) == [NotePage.limit + 1] && !rest.hasMore)
        },
        StoreRule("there are no notes for guests, nor on tickets that are not there") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let ticket = try await bench.ticket(by: guest)
            let none = Ticket.ID(rawValue: "none")
            await #expect(throws: DeskError.forbidden) { try await bench.desk.addNote("x", to: ticket.id, by: guest) }
            await #expect(throws: DeskError.forbidden) { try await bench.desk.notes(of: ticket.id, for: guest) }
            await #expect(throws: DeskError.notFound) { try await bench.desk.addNote("x", to: none, by: agent) }
            await #expect(throws: DeskError.notFound) { try await bench.desk.notes(of: none, for: agent) }
            await #expect(throws: DeskError.invalid(field: "text")) {
                try await bench.desk.addNote(" ", to: ticket.id, by: agent)
            }
        },
        StoreRule("notes go with their ticket") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let ticket = try await bench.ticket(by: guest)
            _ = try await bench.desk.addNote("x", to: ticket.id, by: agent)
            #expect(try await bench.desk.erase(ticket.customerID, by: .commandLine).tickets == 1)
            await #expect(throws: DeskError.notFound) { try await bench.desk.notes(of: ticket.id, for: agent) }
        },
    ]
}
