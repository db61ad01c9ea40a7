import Desk
import Testing

extension StoreContract {
    static let historyRules = [
        StoreRule("history is asked by exclusive bounds and ascends") { bench in
            let guest = bench.guest()
            let ticket = try await bench.ticket(by: guest)
            for index in 1...60 { _ = try await bench.desk.postMessage("\(index)", to: ticket.id, by: guest) }

            func seqs(_ range: HistoryRange) async throws -> ([Int], hasMore: Bool) {
                let history = try await bench.desk.history(of: ticket.id, range, for: guest)
                #expect(history.ticket.lastSeq == 60)
                #expect(history.messages.allSatisfy { $0.text == "\($0.seq)" })
                return (history.messages.map(\.seq), history.hasMore)
            }
            #expect(try await seqs(HistoryRange()) == (Array(11...60), true))
            #expect(try await seqs(HistoryRange(limit: 60)) == (Array(1...60), false))
            #expect(try await seqs(HistoryRange(afterSeq: 57)) == ([58, 59, 60], false))
            #expect(try await seqs(HistoryRange(afterSeq: 57, limit: 3)) == ([58, 59, 60], false))
            #expect(try await seqs(HistoryRange(afterSeq: 0, limit: 2)) == ([1, 2], true))
            #expect(try await seqs(HistoryRange(afterSeq: 60)) == ([], false))
            #expect(try await seqs(HistoryRange(beforeSeq: 4, limit: 2)) == ([2, 3], true))
            #expect(try await seqs(HistoryRange(beforeSeq: 3, limit: 2)) == ([1, 2], false))
            #expect(try await seqs(HistoryRange(beforeSeq: 1)) == ([], false))
        },
        StoreRule("a page ends where its texts get long, but has one message at least") { bench in
            let guest = bench.guest()
            let ticket = try await bench.ticket(by: guest)
            // 16,000 bytes each: sixteen fit into a page.
            let text = String(repeating: "🕊", count: 4000)
            for _ in 1...20 { _ = try await bench.desk.postMessage(text, to: ticket.id, by: guest) }

            func seqs(_ range: HistoryRange) async throws -> ([Int], hasMore: Bool) {
                let history = try await bench.desk.history(of: ticket.id, range, for: guest)
                return (history.messages.map(\.seq), history.hasMore)
            }
            #expect(HistoryRange.maximumBytes / text.utf8.count == 16)
            #expect(try await seqs(HistoryRange()) == (Array(5...20), true))
            #expect(try await seqs(HistoryRange(afterSeq: 0)) == (Array(1...16), true))
            #expect(try await seqs(HistoryRange(afterSeq: 4)) == (Array(5...20), false))
            #expect(try await seqs(HistoryRange(beforeSeq: 20)) == (Array(4...19), true))
            #expect(try await seqs(HistoryRange(beforeSeq: 17)) == (Array(1...16), false))
            #expect(try await seqs(HistoryRange(afterSeq: 0, limit: 15)) == (Array(1...15), true))
        },
        StoreRule("a new ticket has an empty history") { bench in
            let guest = bench.guest()
            let ticket = try await bench.ticket(by: guest)
            let history = try await bench.desk.history(of: ticket.id, HistoryRange(), for: guest)
            #expect(history == History(ticket: ticket, messages: [], hasMore: false))
        },
        StoreRule("agents read every ticket, closed ones too") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let ticket = try await bench.ticket(by: guest, text: "hi")
            _ = try await bench.desk.close(ticket.id, by: agent)
            let history = try await bench.desk.history(of: ticket.id, HistoryRange(), for: agent)
            #expect(history.messages.count == 1)
            #expect(history.ticket.status == .closed)
        },
    ]
}
