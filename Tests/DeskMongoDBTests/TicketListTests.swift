#if MongoDB
import Desk
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(1)))
    struct TicketListTests {
        private let me = Account.ID(rawValue: "me")

        /// A store with tickets of one guest that came in pairs, and two accounts.
        private static func withTickets(
            _ count: Int,
            _ body: (MongoStore, [Ticket.ID]) async throws -> Void
        ) async throws {
            try await Deployment.withClient { client in
                let store = try await MongoStore(client: client)
                for name in ["me", "other"] {
                    let account = Account(
                        id: Account.ID(rawValue: name),
                        username: Username(stored: name),
                        name: "Name of \(name)",
                        role: .agent,
                        passwordHash: "$hash",
                        isDisabled: name == "other",
                        secondFactor: SecondFactor(sealedSecret: "sealed", lastStep: 7, recoveryCodes: ["a", "b"]),
                        createdAt: Timestamp(milliseconds: 1),
                        changedAt: Timestamp(milliseconds: 2)
                    )
                    try await store.database.insert(AccountDocuments.encode(account), into: AccountDocuments.collection)
                    #expect(try await AccountDocuments.account(account.id, in: store.database) == account)
                }
                let guest = Guest(
                    id: Guest.ID(rawValue: "guest"),
                    name: nil,
                    email: nil,
                    isVerified: true,
                    createdAt: Timestamp(milliseconds: 1)
                )
                var ids: [Ticket.ID] = []
                for index in 0..<count {
                    let created = try await store.createTicket(for: guest, clientID: nil, publish: { _ in }) { facts in
                        let ticket = Ticket(
                            id: Ticket.ID(rawValue: "t\(index)"),
                            number: facts.number,
                            customer: facts.guest,
                            subject: "",
                            createdAt: Timestamp(milliseconds: Int64(index / 2))
                        )
                        return Decision(
                            answer: CreatedTicket(ticket: ticket, message: nil, isNew: true),
                            ticket: ticket,
                            events: []
                        )
                    }
                    ids.append(created.ticket.id)
                }
                try await body(store, ids)
            }
        }

        private static func change(
            _ id: Ticket.ID,
            of store: MongoStore,
            _ change: @escaping @Sendable (inout Ticket) -> Void
        ) async throws {
            _ = try await store.change(TicketLookup(ticketID: id), publish: { _ in }) { facts in
                var ticket = facts.ticket
                change(&ticket)
                return Decision(answer: true, ticket: ticket, events: [])
            }
        }

        @Test func `status and assignee choose the tickets, and all are counted`() async throws {
            try await Self.withTickets(4) { store, ids in
                for (index, name) in [(0, "me"), (1, "other"), (2, "me")] {
                    try await Self.change(ids[index], of: store) { $0.assigneeID = Account.ID(rawValue: name) }
                }
                try await Self.change(ids[2], of: store) { $0.status = .closed }

                func list(_ status: Ticket.Status?, _ assignee: TicketQuery.Assignee = .anyone) async throws -> [Ticket
                    .ID]
                {
                    let page = try await store.tickets(TicketQuery(status: status, assignee: assignee), for: me)
                    #expect(page.counts == TicketCounts(mine: 1, unassigned: 1, open: 3, closed: 1))
                    return page.tickets.map(\.id)
                }
                #expect(try await list(.open) == [ids[3], ids[1], ids[0]])
                #expect(try await list(.closed) == [ids[2]])
                #expect(try await list(nil) == ids.reversed())
                #expect(try await list(.open, .account(me)) == [ids[0]])
                #expect(try await list(nil, .account(me)) == [ids[2], ids[0]])
                #expect(try await list(.open, .nobody) == [ids[3]])
                #expect(try await list(.open, .account(Account.ID(rawValue: "nobody"))).isEmpty)
                #expect(try await store.ticket(ids[0])?.assigneeName == "Name of me")
            }
        }

        @Test func `pages follow each other without a gap, whatever moves in between`() async throws {
            try await Self.withTickets(10) { store, ids in
                try await Self.change(ids[4], of: store) { $0.status = .closed }
                var (all, own): ([Ticket.ID], [Ticket.ID]) = ([], [])
                var cursor: TicketCursor?
                repeat {
                    let page = try await store.tickets(TicketQuery(limit: 3, cursor: cursor), for: me)
                    all += page.tickets.map(\.id)
                    cursor = page.next
                    try await Self.change(ids[9], of: store) { $0.lastMessageAt = Timestamp(milliseconds: 1000) }
                } while cursor != nil
                #expect(all == ids.reversed().filter { $0 != ids[4] })
                repeat {
                    let page = try await store.tickets(of: Guest.ID(rawValue: "guest"), limit: 3, before: cursor)
                    own += page.tickets.map(\.id)
                    cursor = page.next
                } while cursor != nil
                #expect(own == ids.reversed())
            }
        }

        @Test func `a rule is told of the account it asked for`() async throws {
            try await Self.withTickets(1) { store, ids in
                for (name, isThere) in [("other", true), ("nobody", false)] {
                    let lookup = TicketLookup(ticketID: ids[0], account: Account.ID(rawValue: name))
                    let isDisabled = try await store.change(lookup, publish: { _ in }) { facts in
                        .nothing(facts.account?.isDisabled)
                    }
                    #expect(isDisabled == (isThere ? true : nil))
                }
            }
        }
    }
}
#endif
