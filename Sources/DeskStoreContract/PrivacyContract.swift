import Desk
import Testing

extension StoreContract {
    static let privacyRules = [
        StoreRule("a guest's data is exported whole, and only the guest's") { bench in
            let (guest, other) = (bench.guest("Ada"), bench.guest())
            let first = try await bench.ticket(by: guest, text: "one")
            for number in 1...250 { _ = try await bench.desk.postMessage("m\(number)", to: first.id, by: guest) }
            let second = try await bench.ticket(by: guest)
            _ = try await bench.ticket(by: other, text: "not mine")
            var (guests, pages): ([Guest], [History]) = ([], [])
            var data = try await bench.desk.export(first.customerID, by: .commandLine)
            while let piece = try await data.next() {
                switch piece {
                case .guest(let guest): guests.append(guest)
                case .page(let page): pages.append(page)
                }
            }
            #expect(guests.map(\.name) == ["Ada"])
            #expect(pages.map(\.ticket.id) == [first.id, first.id, second.id])
            #expect(pages.flatMap(\.messages).map(\.seq) == Array(1...251))
        },
        StoreRule("an erased guest is gone with everything, and others stay") { bench in
            let (guest, other, agent) = (bench.guest("Ada"), bench.guest(), try await bench.agent())
            let mine = try await bench.ticket(by: guest, text: "secret")
            _ = try await bench.desk.postMessage("answer", to: mine.id, by: agent)
            _ = try await bench.desk.close(mine.id, by: agent)
            let theirs = try await bench.ticket(by: other, text: "stays")
            _ = bench.takeEvents()
            #expect(try await bench.desk.erase(mine.customerID, by: .commandLine) == Erasure(tickets: 1, messages: 2))
            #expect(bench.takeEvents() == [.erased(mine.customerID)])
            await #expect(throws: DeskError.notFound) { try await bench.desk.ticket(mine.id, for: agent) }
            #expect(try await bench.desk.guest(mine.customerID) == nil)
            #expect(try await bench.desk.history(of: theirs.id, HistoryRange(), for: other).messages.count == 1)
            await #expect(throws: DeskError.notFound) { try await bench.desk.erase(mine.customerID, by: .commandLine) }
        },
        StoreRule("who comes back after an erasure can write again, under a new number") { bench in
            let guest = bench.guest()
            let first = try await bench.ticket(by: guest, text: "one")
            _ = try await bench.desk.erase(first.customerID, by: .commandLine)
            let second = try await bench.ticket(by: guest, text: "two")
            #expect(second.number > first.number)
            #expect(second.customerID == first.customerID)
        },
        StoreRule("tickets closed for long enough are deleted, open and younger ones stay") { bench in
            let (agent, leaver, stayer) = (try await bench.agent(), bench.guest(), bench.guest())
            let old = try await bench.ticket(by: leaver, text: "old")
            let reopened = try await bench.ticket(by: stayer, text: "reopened")
            for ticket in [old, reopened] { _ = try await bench.desk.close(ticket.id, by: agent) }
            _ = try await bench.desk.reopen(reopened.id, by: agent)
            let late = try await bench.ticket(by: stayer, text: "closed late")
            bench.advance(by: .seconds(86_400))
            _ = try await bench.desk.close(late.id, by: agent)
            bench.advance(by: .seconds(3600))
            _ = bench.takeEvents()
            #expect(try await bench.desk.eraseTickets(closedFor: .seconds(7200)) == Erasure(tickets: 1, messages: 1))
            #expect(bench.takeEvents() == [.erased(nil)])
            #expect(try await bench.desk.guest(old.customerID) == nil)
            for ticket in [reopened, late] { _ = try await bench.desk.ticket(ticket.id, for: stayer) }
            #expect(try await bench.desk.eraseTickets(closedFor: .seconds(7200)) == Erasure())
            #expect(bench.takeEvents().isEmpty)
        },
        StoreRule("more tickets than go at once are deleted all the same") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            for _ in 0..<120 { _ = try await bench.desk.close(bench.ticket(by: guest).id, by: agent) }
            bench.advance(by: .seconds(10))
            #expect(try await bench.desk.eraseTickets(closedFor: .seconds(5)) == Erasure(tickets: 120, messages: 0))
        },
    ]
}
