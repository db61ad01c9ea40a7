import Desk
import Testing

extension StoreContract {
    static let ticketRules = [
        StoreRule("a ticket is stored with its guest and its first message") { bench in
            let guest = bench.guest("Ada")
            let created = try await bench.desk.createTicket(subject: "Help", text: "Hello\n!", by: guest)
            let ticket = created.ticket
            #expect((ticket.customerID.rawValue, ticket.customerName) == (guest.userID, "Ada"))
            #expect((ticket.subject, ticket.status, ticket.version) == ("Help", .open, 1))
            #expect((ticket.lastSeq, ticket.lastText, ticket.lastSenderRole) == (1, "Hello\n!", .guest))
            #expect(ticket.reads == Ticket.Reads(guest: 1, agents: 0))
            #expect(created.message?.seq == 1)
            #expect(try await bench.desk.ticket(ticket.id, for: guest) == ticket)
            let history = try await bench.desk.history(of: ticket.id, HistoryRange(), for: guest)
            #expect(history == History(ticket: ticket, messages: [try #require(created.message)], hasMore: false))
            #expect(try await bench.desk.guest(ticket.customerID)?.name == "Ada")
            #expect(bench.takeEvents() == [.ticketCreated(ticket)])
        },
        StoreRule("a guest without a ticket is not stored") { bench in
            let guest = try await bench.desk.guest(Guest.ID(rawValue: bench.newID()))
            #expect(guest == nil)
        },
        StoreRule("the same guest and client id give the same ticket, published once") { bench in
            let (guest, clientID) = (bench.guest(), try ClientID("c-1"))
            let first = try await bench.desk.createTicket(text: "one", clientID: clientID, by: guest)
            let again = try await bench.desk.createTicket(text: "two", clientID: clientID, by: guest)
            #expect(again.ticket == first.ticket && again.message == first.message)
            #expect((first.isNew, again.isNew) == (true, false))
            #expect(bench.takeEvents() == [.ticketCreated(first.ticket)])
            let other = try await bench.desk.createTicket(text: "one", clientID: clientID, by: bench.guest())
            #expect(other.ticket.id != first.ticket.id)
        },
        StoreRule("a guest has so many open tickets and so many new ones, by what is stored") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let (first, clientID) = (try await bench.ticket(by: guest), try ClientID("c"))
            bench.advance(by: .seconds(1))
            let desk = bench.desk(quota: TicketQuota(open: 2, new: Rate(3, per: .seconds(3600))))
            let second = try await desk.createTicket(clientID: clientID, by: guest).ticket
            await #expect(throws: DeskError.rateLimited(retryAfter: .seconds(600))) {
                try await desk.createTicket(by: guest)
            }
            #expect(try await desk.createTicket(clientID: clientID, by: guest).ticket.id == second.id)
            _ = try await desk.createTicket(by: bench.guest())
            for id in [first.id, second.id] { _ = try await desk.close(id, by: agent) }
            _ = try await desk.createTicket(by: guest)
            await #expect(throws: DeskError.rateLimited(retryAfter: .seconds(1199))) {
                try await desk.createTicket(by: guest)
            }
            bench.advance(by: .seconds(1199))
            _ = try await desk.createTicket(by: guest)
        },
        StoreRule("numbers rise from ticket to ticket") { bench in
            let guest = bench.guest()
            var numbers: [Int] = []
            for _ in 0..<3 { numbers.append(try await bench.ticket(by: guest).number) }
            #expect(numbers == numbers.sorted() && Set(numbers).count == 3)
        },
        StoreRule("a guest cannot tell another guest's ticket from none") { bench in
            let (owner, stranger) = (bench.guest(), bench.guest())
            let ticket = try await bench.ticket(by: owner, text: "secret")
            for id in [ticket.id, Ticket.ID(rawValue: "none")] {
                await #expect(throws: DeskError.notFound) { try await bench.desk.ticket(id, for: stranger) }
                await #expect(throws: DeskError.notFound) {
                    try await bench.desk.history(of: id, HistoryRange(), for: stranger)
                }
                await #expect(throws: DeskError.notFound) {
                    try await bench.desk.postMessage("hi", to: id, by: stranger)
                }
                await #expect(throws: DeskError.notFound) { try await bench.desk.markRead(id, seq: 1, by: stranger) }
            }
        },
        StoreRule("closing happens once, and who closed it first stands") { bench in
            let (first, second) = (try await bench.agent("first"), try await bench.agent("second"))
            let ticket = try await bench.ticket(by: bench.guest(), text: "hi")
            _ = bench.takeEvents()
            let closed = try await bench.desk.close(ticket.id, by: first)
            #expect((closed.status, closed.closedBy, closed.version) == (.closed, first.author, ticket.version + 1))
            #expect(closed.closedAt == bench.now)
            #expect(try await bench.desk.close(ticket.id, by: second) == closed)
            #expect(try await bench.desk.ticket(ticket.id, for: second) == closed)
            #expect(bench.takeEvents() == [.ticketClosed(closed, by: first.author)])
        },
        StoreRule("a reopened ticket is as open as before") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let ticket = try await bench.ticket(by: guest, text: "hi")
            _ = try await bench.desk.close(ticket.id, by: agent)
            _ = bench.takeEvents()
            let reopened = try await bench.desk.reopen(ticket.id, by: agent)
            var expected = ticket
            expected.version += 2
            #expect(reopened == expected)
            #expect(try await bench.desk.reopen(ticket.id, by: agent) == expected)
            #expect(bench.takeEvents() == [.ticketUpdated(expected)])
            #expect(try await bench.desk.postMessage("again", to: ticket.id, by: guest).seq == 2)
        },
        StoreRule("a ticket is assigned, and taken back") { bench in
            let account = try await bench.account()
            let ticket = try await bench.ticket(by: bench.guest())
            _ = bench.takeEvents()
            let assigned = try await bench.desk.assign(ticket.id, to: account.id, by: account.principal)
            #expect((assigned.assigneeID, assigned.version) == (account.id, ticket.version + 1))
            #expect(assigned.assigneeName == account.name)
            #expect(try await bench.desk.ticket(ticket.id, for: account.principal) == assigned)
            #expect(try await bench.desk.assign(ticket.id, to: account.id, by: account.principal) == assigned)
            let free = try await bench.desk.assign(ticket.id, to: nil, by: account.principal)
            #expect(try await bench.desk.ticket(ticket.id, for: account.principal) == free)
            #expect((free.assigneeID, free.assigneeName) == (nil, nil))
            #expect(bench.takeEvents() == [.ticketUpdated(assigned), .ticketUpdated(free)])
        },
        StoreRule("a ticket of another version is not assigned") { bench in
            let account = try await bench.account()
            let guest = bench.guest()
            let ticket = try await bench.ticket(by: guest)
            _ = try await bench.desk.postMessage("hi", to: ticket.id, by: guest)
            await #expect(throws: DeskError.conflict) {
                try await bench.desk.assign(
                    ticket.id,
                    to: account.id,
                    ifVersion: ticket.version,
                    by: account.principal
                )
            }
            let assigned = try await bench.desk.assign(
                ticket.id,
                to: account.id,
                ifVersion: ticket.version + 1,
                by: account.principal
            )
            #expect(assigned.assigneeID == account.id)
        },
        StoreRule("a ticket is not assigned to somebody unknown or disabled") { bench in
            let (agent, leaver) = (try await bench.agent("agent"), try await bench.account("leaver"))
            _ = try await bench.desk.setDisabled(true, leaver.id, by: .commandLine)
            let ticket = try await bench.ticket(by: bench.guest())
            for id in [leaver.id, Account.ID(rawValue: "nobody")] {
                await #expect(throws: DeskError.invalid(field: "agentId")) {
                    try await bench.desk.assign(ticket.id, to: id, by: agent)
                }
            }
            #expect(try await bench.desk.ticket(ticket.id, for: agent) == ticket)
        },
    ]
}
