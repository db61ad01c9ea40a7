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

    static let guestRules = [
        StoreRule("a guest who says what they are called is called that from then on") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let (open, closed) = (try await bench.ticket(by: guest), try await bench.ticket(by: guest))
            _ = try await bench.desk.close(closed.id, by: agent)
            _ = bench.takeEvents()
            let named = try await bench.desk.updateGuest(name: "Zoe", email: "zoe@example.com", by: guest)
            #expect((named.name, named.email) == ("Zoe", "zoe@example.com"))
            let ticket = try await bench.desk.ticket(open.id, for: agent)
            #expect((ticket.customerName, ticket.version) == ("Zoe", open.version + 1))
            #expect(bench.takeEvents() == [.ticketUpdated(ticket)])
            #expect(try await bench.desk.postMessage("me", to: open.id, by: guest).sender.name == "Zoe")
            let bare = try await bench.desk.updateGuest(name: nil, email: "", by: guest)
            #expect((bare.name, bare.email) == ("Zoe", nil))
            _ = bench.takeEvents()
            _ = try await bench.desk.updateGuest(name: "Zoe", email: nil, by: guest)
            #expect(bench.takeEvents().isEmpty)
        },
        StoreRule("what a guest says about themselves is checked, and only a guest says it") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            await #expect(throws: DeskError.notFound) {
                try await bench.desk.updateGuest(name: "Zoe", email: nil, by: guest)
            }
            _ = try await bench.ticket(by: guest)
            for email in ["x", "a b@c", "@", "a@b@c"] {
                await #expect(throws: DeskError.invalid(field: "email")) {
                    try await bench.desk.updateGuest(name: nil, email: email, by: guest)
                }
            }
            await #expect(throws: DeskError.invalid(field: "name")) {
                try await bench.desk.updateGuest(name: String(repeating: "x", count: 201), email: nil, by: guest)
            }
            await #expect(throws: DeskError.forbidden) {
                try await bench.desk.updateGuest(name: "x", email: nil, by: agent)
            }
        },
        StoreRule("a guest sees the own tickets, open and closed, page by page, and ends them") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            var made: [Ticket.ID] = []
            for _ in 1...5 {
                made.append(try await bench.ticket(by: guest).id)
                bench.advance(by: .seconds(1))
            }
            _ = try await bench.ticket(by: bench.guest())
            let ended = try await bench.desk.end(made[0], by: guest)
            #expect(ended.status == .closed && ended.closedBy == guest.author)
            var (seen, cursor): ([Ticket.ID], TicketCursor?) = ([], nil)
            repeat {
                let query = try TicketQuery(status: nil, limit: 2, cursor: cursor)
                let page = try await bench.desk.ownTickets(query, of: guest)
                seen += page.tickets.map(\.id)
                cursor = page.next
            } while cursor != nil
            #expect(seen == made.reversed())
            await #expect(throws: DeskError.notFound) { try await bench.desk.end(made[1], by: bench.guest()) }
            await #expect(throws: DeskError.forbidden) { try await bench.desk.end(made[1], by: agent) }
            await #expect(throws: DeskError.forbidden) {
                try await bench.desk.ownTickets(TicketQuery(status: nil), of: agent)
            }
        },
    ]
}
