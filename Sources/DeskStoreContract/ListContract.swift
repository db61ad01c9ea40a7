import Desk
import Testing

extension StoreContract {
    static let listRules = [
        StoreRule("the newest activity comes first") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            var ids: [Ticket.ID] = []
            for _ in 0..<3 {
                ids.append(try await bench.ticket(by: guest).id)
                bench.advance(by: .seconds(1))
            }
            _ = try await bench.desk.postMessage("up", to: ids[0], by: guest)
            let page = try await bench.desk.tickets(TicketQuery(), for: agent)
            #expect(page.tickets.map(\.id) == [ids[0], ids[2], ids[1]])
            #expect(page.next == nil)
        },
        StoreRule("a guest's open tickets are found, nobody else's and no closed ones") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            var ids: [Ticket.ID] = []
            for _ in 0..<3 {
                ids.append(try await bench.ticket(by: guest).id)
                _ = try await bench.ticket(by: bench.guest())
                bench.advance(by: .seconds(1))
            }
            _ = try await bench.desk.close(ids[1], by: agent)
            #expect(try await bench.desk.openTickets(of: guest).map(\.id) == [ids[2], ids[0]])
            #expect(try await bench.desk.openTickets(of: bench.guest()).isEmpty)
            #expect(try await bench.desk.openTickets(of: agent).isEmpty)
        },
        StoreRule("status and assignee choose the tickets, and all are counted") { bench in
            let (me, other) = (try await bench.account("me"), try await bench.account("other"))
            let (agent, guest) = (me.principal, bench.guest())
            var ids: [Ticket.ID] = []
            for _ in 0..<4 { ids.append(try await bench.ticket(by: guest).id) }
            _ = try await bench.desk.assign(ids[0], to: me.id, by: agent)
            _ = try await bench.desk.assign(ids[1], to: other.id, by: agent)
            _ = try await bench.desk.assign(ids[2], to: me.id, by: agent)
            _ = try await bench.desk.close(ids[2], by: agent)

            func list(_ status: String?, _ assignee: String? = nil) async throws -> [Ticket.ID] {
                let query = try TicketQuery(
                    status: status,
                    assignee: assignee,
                    limit: nil,
                    cursor: nil,
                    caller: agent
                )
                let page = try await bench.desk.tickets(query, for: agent)
                #expect(page.counts == TicketCounts(mine: 1, unassigned: 1, open: 3, closed: 1))
                return page.tickets.map(\.id)
            }
            #expect(try await list(nil) == [ids[3], ids[1], ids[0]])
            #expect(try await list("closed") == [ids[2]])
            #expect(try await list("all") == ids.reversed())
            #expect(try await list("open", "me") == [ids[0]])
            #expect(try await list("all", "me") == [ids[2], ids[0]])
            #expect(try await list("open", "none") == [ids[3]])
            #expect(try await list("open", other.id.rawValue) == [ids[1]])
            #expect(try await list("open", "nobody-known").isEmpty)
        },
        StoreRule("pages follow each other without a gap, whatever moves in between") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            var ids: [Ticket.ID] = []
            // Pairs of the same moment, so that a page also ends between two of them.
            for index in 0..<10 {
                ids.append(try await bench.ticket(by: guest).id)
                if index % 2 == 1 { bench.advance(by: .seconds(1)) }
            }
            _ = try await bench.desk.close(ids[4], by: agent)
            var seen: [Ticket.ID] = []
            var cursor: TicketCursor?
            repeat {
                let query = try TicketQuery(status: nil, limit: 3, cursor: cursor)
                let page = try await bench.desk.tickets(query, for: agent)
                seen += page.tickets.map(\.id)
                cursor = page.next.flatMap { TicketCursor(rawValue: $0.rawValue) }
                _ = try await bench.desk.postMessage("up", to: ids[9], by: guest)
            } while cursor != nil
            #expect(seen == ids.reversed())
        },
    ]
}
