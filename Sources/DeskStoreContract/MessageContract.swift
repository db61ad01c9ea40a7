import Desk
import Testing

extension StoreContract {
    static let messageRules = [
        StoreRule("seq counts 1, 2, 3 within each ticket") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let first = try await bench.ticket(by: guest)
            let second = try await bench.ticket(by: guest, text: "hi")
            var seqs: [Int] = []
            for index in 0..<4 {
                seqs.append(try await bench.desk.postMessage("m", to: first.id, by: index % 2 == 0 ? guest : agent).seq)
            }
            #expect(seqs == [1, 2, 3, 4])
            #expect(try await bench.desk.postMessage("m", to: second.id, by: guest).seq == 2)
        },
        StoreRule("a message is stored as it was acknowledged, and published with its ticket") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let ticket = try await bench.ticket(by: guest)
            _ = bench.takeEvents()
            bench.advance(by: .milliseconds(7))
            let text = "Grüße 👩‍👩‍👧 'quoted' \u{0}end\r\n\tline 2"
            let message = try await bench.desk.postMessage(text, to: ticket.id, clientID: ClientID("c"), by: agent)
            #expect(message.text == "Grüße 👩‍👩‍👧 'quoted' end\n\tline 2")
            #expect((message.sender, message.timestamp) == (agent.author, bench.now))
            let history = try await bench.desk.history(of: ticket.id, HistoryRange(), for: guest)
            #expect(history.messages == [message])
            #expect(history.ticket.lastMessageAt == message.timestamp)
            #expect(history.ticket.lastSenderRole == .agent)
            #expect(history.ticket.version == ticket.version + 1)
            #expect(bench.takeEvents() == [.messagePosted(message, ticket: history.ticket)])
        },
        StoreRule("a retry gives the message stored first, and is published once") { bench in
            let (guest, clientID) = (bench.guest(), try ClientID("c-1"))
            let ticket = try await bench.ticket(by: guest)
            let first = try await bench.desk.postMessage("one", to: ticket.id, clientID: clientID, by: guest)
            _ = bench.takeEvents()
            bench.advance(by: .seconds(5))
            #expect(
                try await bench.desk.postMessage("two", to: ticket.id, clientID: clientID, by: guest) == first
            )
            #expect(bench.takeEvents().isEmpty)
            #expect(try await bench.desk.ticket(ticket.id, for: guest).lastSeq == 1)
        },
        StoreRule("a client id belongs to its sender and its ticket") { bench in
            let (agent, guest, clientID) = (try await bench.agent(), bench.guest(), try ClientID("same"))
            let (first, second) = (try await bench.ticket(by: guest), try await bench.ticket(by: guest))
            let messages = [
                try await bench.desk.postMessage("a", to: first.id, clientID: clientID, by: guest),
                try await bench.desk.postMessage("b", to: first.id, clientID: clientID, by: agent),
                try await bench.desk.postMessage("c", to: second.id, clientID: clientID, by: guest),
            ]
            #expect(messages.map(\.text) == ["a", "b", "c"])
            #expect(messages.map(\.seq) == [1, 2, 1])
        },
        StoreRule("a closed ticket takes no message, but knows a retry") { bench in
            let (agent, guest, clientID) = (try await bench.agent(), bench.guest(), try ClientID("c-1"))
            let ticket = try await bench.ticket(by: guest)
            let stored = try await bench.desk.postMessage("one", to: ticket.id, clientID: clientID, by: guest)
            _ = try await bench.desk.close(ticket.id, by: agent)
            for sender in [guest, agent] {
                await #expect(throws: DeskError.closed) {
                    try await bench.desk.postMessage("late", to: ticket.id, clientID: ClientID("c-2"), by: sender)
                }
            }
            #expect(
                try await bench.desk.postMessage("one", to: ticket.id, clientID: clientID, by: guest) == stored
            )
            #expect(try await bench.desk.ticket(ticket.id, for: guest).lastSeq == 1)
        },
        StoreRule("what a rule refuses leaves no trace") { bench in
            let guest = bench.guest()
            let ticket = try await bench.ticket(by: guest, text: "hi")
            _ = bench.takeEvents()
            await #expect(throws: DeskError.invalid(field: "text")) {
                try await bench.desk.postMessage(" \n", to: ticket.id, by: guest)
            }
            #expect(try await bench.desk.ticket(ticket.id, for: guest) == ticket)
            #expect(bench.takeEvents().isEmpty)
        },
    ]

    static let readRules = [
        StoreRule("read positions move forward only, and not beyond the last message") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let ticket = try await bench.ticket(by: guest)
            for _ in 0..<3 { _ = try await bench.desk.postMessage("m", to: ticket.id, by: guest) }
            _ = bench.takeEvents()
            #expect(try await bench.desk.markRead(ticket.id, seq: 2, by: agent) == 2)
            #expect(try await bench.desk.markRead(ticket.id, seq: 1, by: agent) == 2)
            #expect(try await bench.desk.markRead(ticket.id, seq: -1, by: agent) == 2)
            #expect(try await bench.desk.markRead(ticket.id, seq: 99, by: agent) == 3)
            let stored = try await bench.desk.ticket(ticket.id, for: guest)
            #expect(stored.reads == Ticket.Reads(guest: 3, agents: 3))
            #expect(stored.version == ticket.version + 3)
            #expect(
                bench.takeEvents() == [
                    .readMoved(ticket.id, reader: agent.author, seq: 2),
                    .readMoved(ticket.id, reader: agent.author, seq: 3),
                ]
            )
        }
    ]
}
