import Desk
import DeskStoreContract
import GRDB
import Testing

@testable import DeskSQLite

/// What the writer remembers of client ids.
struct WorkingTicketsTests {
    private let scratch: Scratch
    private let store: SQLiteStore
    private let bench: Bench

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
        bench = Bench(store: store)
    }

    @Test func `a client id leads to the message of its sender that has it`() async throws {
        let (guest, agent) = (bench.guest(), try await bench.agent())
        let ticket = try await bench.ticket(by: guest)
        for (name, sender) in [("a", guest), ("b", guest), ("a", agent)] {
            _ = try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID(name), by: sender)
        }
        try await store.pool.write { db in
            let tickets = WorkingTickets()
            try tickets.begin(in: db)
            #expect(try tickets.mayHave(ClientID("a"), in: ticket, db))
            #expect(try tickets.mayHave(ClientID("b"), in: ticket, db))
            #expect(try !tickets.mayHave(ClientID("c"), in: ticket, db))
        }
        for (sender, seq) in [(agent, 3), (guest, 1), (agent, 3)] {
            let retried = try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID("a"), by: sender)
            #expect(retried.seq == seq)
        }
    }

    @Test func `the tickets that are asked for are not read again when there are too many`() async throws {
        let guest = bench.guest()
        let (one, other) = (try await bench.ticket(by: guest), try await bench.ticket(by: guest))
        for ticket in [one, other] {
            _ = try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID("a"), by: guest)
        }
        try await store.pool.write { db in
            // One ticket alone is more than enough.
            let tickets = WorkingTickets(hashLimit: 10)
            try tickets.begin(in: db)
            #expect(try tickets.mayHave(ClientID("a"), in: one, db))
            #expect(try tickets.mayHave(ClientID("a"), in: other, db))
            // Whoever reads them anew sees that.
            try db.execute(sql: "UPDATE messages SET clientId = 'b'")
            for _ in 0..<3 {
                try tickets.begin(in: db)
                #expect(try tickets.mayHave(ClientID("a"), in: one, db))
            }
            #expect(try !tickets.mayHave(ClientID("a"), in: other, db))
            #expect(try tickets.mayHave(ClientID("b"), in: other, db))
        }
    }
}
