import Desk
import Testing

extension StoreContract {
    static let concurrencyRules = [
        StoreRule("messages and a close that cross end in one order, with retries among them") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let ticket = try await bench.ticket(by: guest)
            _ = bench.takeEvents()
            let (senders, perSender, closeAt) = (16, 20, 10)
            let stored = try await withThrowingTaskGroup(of: [Message].self) { group in
                for sender in 0..<senders {
                    group.addTask {
                        var mine: [Message] = []
                        for index in 0..<perSender {
                            if sender == 0, index == closeAt { _ = try await bench.desk.close(ticket.id, by: agent) }
                            let clientID = try ClientID("\(sender)-\(index)")
                            // Two at once: one of them is the retry.
                            async let first = post("first", to: ticket, clientID, by: guest, on: bench)
                            async let second = post("second", to: ticket, clientID, by: guest, on: bench)
                            let both = try await [first, second].compactMap(\.self)
                            #expect(Set(both.map(\.id)).count <= 1)
                            mine += both.prefix(1)
                        }
                        return mine
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let final = try await bench.desk.ticket(ticket.id, for: guest)
            #expect(final.status == .closed)
            #expect(stored.map(\.seq).sorted() == Array(1..<(stored.count + 1)))
            #expect(final.lastSeq == stored.count)
            #expect((closeAt..<senders * perSender).contains(stored.count))

            // Published once each, in the order of seq, and nothing after the close.
            let events = bench.takeEvents()
            let published = events.compactMap { if case .messagePosted(let message, _) = $0 { message } else { nil } }
            #expect(published == stored.sorted { $0.seq < $1.seq })
            #expect(events.last == .ticketClosed(final, by: agent.author))
            let history = try await bench.desk.history(of: ticket.id, HistoryRange(afterSeq: 0, limit: 200), for: guest)
            #expect(history.messages == Array(published.prefix(200)))
        },
        StoreRule("a hundred retries at once create one ticket") { bench in
            let (guest, clientID) = (bench.guest(), try ClientID("c"))
            let created = try await withThrowingTaskGroup(of: CreatedTicket.self) { group in
                for _ in 0..<100 {
                    group.addTask { try await bench.desk.createTicket(text: "hi", clientID: clientID, by: guest) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(created.allSatisfy { ($0.ticket, $0.message) == (created[0].ticket, created[0].message) })
            #expect(bench.takeEvents().count == 1)
        },
    ]

    /// - Returns: nil if the ticket was closed.
    private static func post(
        _ text: String,
        to ticket: Ticket,
        _ clientID: ClientID,
        by sender: Principal,
        on bench: Bench
    ) async throws -> Message? {
        do {
            return try await bench.desk.postMessage(text, to: ticket.id, clientID: clientID, by: sender)
        } catch DeskError.closed {
            return nil
        }
    }
}
