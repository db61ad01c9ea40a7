import Desk
import Testing

extension StoreContract {
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
            for _ in 1...120 { _ = try await bench.ticket(by: guest) }
            _ = bench.takeEvents()
            _ = try await bench.desk.updateGuest(name: "Zoe Z.", email: nil, by: guest)
            #expect(bench.takeEvents().count == 121)
            _ = try await bench.desk.updateGuest(name: "Zoe", email: nil, by: guest)
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
        StoreRule("whom a site vouches for takes along what was written before") { bench in
            let (agent, came, vouched) = (try await bench.agent(), bench.guest("Typed"), bench.vouched())
            let open = try await bench.ticket(by: came, text: "one")
            _ = try await bench.desk.postMessage("answer", to: open.id, by: agent)
            let ended = try await bench.ticket(by: came, text: "two")
            _ = try await bench.desk.end(ended.id, by: came)
            _ = bench.takeEvents()
            let adopted = try await bench.desk.adopt(vouched.id, bench.details("Ada"), from: came.guestID)
            #expect(adopted.map { [$0.name, $0.isVerified.description] } == ["Ada", "true"])

            let ticket = try await bench.desk.ticket(open.id, for: agent)
            #expect((ticket.customerID, ticket.customerName, ticket.verified) == (vouched.id, "Ada", true))
            #expect(ticket.version > open.version)
            #expect(try bench.takeEvents() == [.guestRetired(#require(came.guestID)), .ticketUpdated(ticket)])
            let history = try await bench.desk.history(of: open.id, HistoryRange(), for: vouched.principal)
            #expect(history.messages.map(\.text) == ["one", "answer"])
            #expect(history.messages.first?.sender.userID == vouched.id.rawValue)
            let own = try await bench.desk.ownTickets(TicketQuery(status: nil), of: vouched.principal).tickets
            #expect(Set(own.map(\.id)) == [open.id, ended.id])
            #expect(own.first { $0.id == ended.id }?.closedBy?.userID == vouched.id.rawValue)
            _ = try await bench.desk.postMessage("on", to: open.id, by: vouched.principal)
        },
        StoreRule("an id that moved to another is of no use") { bench in
            let (came, vouched) = (bench.guest(), bench.vouched())
            let ticket = try await bench.ticket(by: came, text: "one")
            _ = try await bench.desk.adopt(vouched.id, GuestDetails(), from: came.guestID)
            let former = try #require(came.guestID)
            #expect(try await bench.desk.standing(of: former) == .retired)
            #expect(try await bench.desk.guest(former) == nil)
            await #expect(throws: DeskError.unauthorized) { try await bench.ticket(by: came, text: "again") }
            await #expect(throws: DeskError.notFound) {
                try await bench.desk.postMessage("still me", to: ticket.id, by: came)
            }
            await #expect(throws: DeskError.notFound) { try await bench.desk.ticket(ticket.id, for: came) }
            _ = bench.takeEvents()
            #expect(try await bench.desk.adopt(vouched.id, GuestDetails(), from: former)?.id == vouched.id)
            #expect(bench.takeEvents().isEmpty)
        },
        StoreRule("nothing is stored of whom a site vouches for until they write") { bench in
            let (vouched, stranger) = (bench.vouched(), bench.guest())
            let adopted = try await bench.desk.adopt(vouched.id, bench.details("Ada"), from: stranger.guestID)
            #expect(adopted == nil)
            #expect(try await bench.desk.standing(of: vouched.id) == .unknown)
            #expect(try await bench.desk.standing(of: #require(stranger.guestID)) == .unknown)
            let created = try await bench.desk.createTicket(details: bench.details("Ada"), by: vouched.principal)
            #expect((created.ticket.verified, created.ticket.customerName) == (true, "Ada"))
        },
        StoreRule("of many who come from one former guest at once, one takes what was written, and nobody is made") {
            bench in
            let (came, all) = (bench.guest(), (0..<6).map { _ in bench.vouched() })
            let ticket = try await bench.ticket(by: came)
            let kept: [Guest.ID] = try await withThrowingTaskGroup(of: Guest?.self) { group in
                for one in all {
                    group.addTask { try await bench.desk.adopt(one.id, bench.details("Ada"), from: came.guestID) }
                }
                return try await group.reduce(into: [Guest.ID]()) { if let guest = $1 { $0.append(guest.id) } }
            }
            #expect(kept.count == 1)
            let agent = try await bench.agent()
            #expect(try await bench.desk.ticket(ticket.id, for: agent).customerID == kept.first)
        },
        StoreRule("a site's word of a guest stands, what it leaves out stays, and the same word changes nothing") {
            bench in
            let vouched = bench.vouched()
            let ticket = try await bench.desk.createTicket(
                details: bench.details("Ada", "a@example.com"),
                by: vouched.principal
            )
            _ = bench.takeEvents()
            let renamed = try await bench.desk.adopt(vouched.id, bench.details("Ada L."), from: nil)
            #expect(renamed.map { [$0.name, $0.email] } == ["Ada L.", "a@example.com"])
            guard case .ticketUpdated(let told) = try #require(bench.takeEvents().first) else {
                throw DeskError.notFound
            }
            #expect((told.id, told.customerName) == (ticket.ticket.id, "Ada L."))
            _ = try await bench.desk.adopt(vouched.id, bench.details("Ada L."), from: nil)
            #expect(bench.takeEvents().isEmpty)
        },
        StoreRule("one whom a site vouches for takes nothing from another such one") { bench in
            let (one, two) = (bench.vouched(), bench.vouched())
            let ticket = try await bench.desk.createTicket(by: one.principal).ticket
            _ = try await bench.desk.createTicket(by: two.principal)
            _ = try await bench.desk.adopt(two.id, GuestDetails(), from: one.id)
            #expect(try await bench.desk.standing(of: one.id) != .retired)
            #expect(try await bench.desk.ticket(ticket.id, for: one.principal).customerID == one.id)
        },
        StoreRule("two tickets that used the same client id become one guest's, and a retry finds one of them") {
            bench in
            let (came, vouched, clientID) = (bench.guest(), bench.vouched(), try ClientID("same"))
            let first = try await bench.desk.createTicket(text: "a", clientID: clientID, by: came).ticket
            let second = try await bench.desk.createTicket(text: "b", clientID: clientID, by: vouched.principal).ticket
            _ = try await bench.desk.adopt(vouched.id, GuestDetails(), from: came.guestID)
            let own = try await bench.desk.ownTickets(TicketQuery(status: nil), of: vouched.principal).tickets
            #expect(Set(own.map(\.id)) == [first.id, second.id])
            let retried = try await bench.desk.createTicket(text: "b", clientID: clientID, by: vouched.principal)
            #expect(retried.ticket.id == second.id && !retried.isNew)
        },
        StoreRule("a ticket keeps the site from whose pages it was opened") { bench in
            let (agent, site) = (try await bench.agent(), Site.ID(rawValue: "shop"))
            let ticket = try await bench.desk.createTicket(site: site, by: bench.guest()).ticket
            #expect(try await bench.desk.ticket(ticket.id, for: agent).siteID == site)
            #expect(try await bench.ticket(by: bench.guest()).siteID == .default)
        },
    ]
}

extension Bench {
    fileprivate func vouched() -> (id: Guest.ID, principal: Principal) {
        let id = Guest.ID.vouchedFor(code: newID())
        return (id, .guest(id, name: nil))
    }

    fileprivate func details(_ name: String, _ email: String? = nil) throws -> GuestDetails {
        var details = GuestDetails()
        try details.change(name: name, email: email)
        return details
    }
}

extension Principal {
    fileprivate var guestID: Guest.ID? {
        if case .guest(let id, _) = self { id } else { nil }
    }
}
