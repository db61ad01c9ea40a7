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

    @Test func `a client id leads to the message that has it, the last one if senders share it`() async throws {
        let (guest, agent) = (bench.guest(), try await bench.agent())
        let ticket = try await bench.ticket(by: guest)
        for (name, sender) in [("a", guest), ("b", guest), ("a", agent)] {
            _ = try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID(name), by: sender)
        }
        try await store.pool.write { db in
            let tickets = WorkingTickets()
            try tickets.begin(in: db)
            #expect(try tickets.seq(of: ClientID("a"), in: ticket, db) == 3)
            #expect(try tickets.seq(of: ClientID("b"), in: ticket, db) == 2)
            #expect(try tickets.seq(of: ClientID("c"), in: ticket, db) == nil)
        }
        // Of both, whoever comes first: only one of them stands where the writer looks first.
        for (sender, seq) in [(agent, 3), (guest, 1), (agent, 3)] {
            let retried = try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID("a"), by: sender)
            #expect(retried.seq == seq)
        }
    }

    @Test func `messages without a client id leave their places empty`() async throws {
        let guest = bench.guest()
        let ticket = try await bench.ticket(by: guest)
        for name in ["a", nil, nil, "d"] {
            let clientID = name.map(ClientID.init(stored:))
            _ = try await bench.desk.postMessage("m", to: ticket.id, clientID: clientID, by: guest)
        }
        try await store.pool.write { db in
            let tickets = WorkingTickets()
            try tickets.begin(in: db)
            for (name, seq) in [("a", 1), ("b", nil), ("d", 4)] {
                #expect(try tickets.seq(of: ClientID(name), in: ticket, db) == seq)
            }
        }
        let retried = try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID("d"), by: guest)
        let next = try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID("e"), by: guest)
        #expect((retried.seq, next.seq) == (4, 5))
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
            #expect(try tickets.seq(of: ClientID("a"), in: one, db) == 1)
            #expect(try tickets.seq(of: ClientID("a"), in: other, db) == 1)
            // Whoever reads them anew sees that.
            try db.execute(sql: "UPDATE messages SET clientId = 'b'")
            for _ in 0..<3 {
                try tickets.begin(in: db)
                #expect(try tickets.seq(of: ClientID("a"), in: one, db) == 1)
            }
            #expect(try tickets.seq(of: ClientID("a"), in: other, db) == nil)
            #expect(try tickets.seq(of: ClientID("b"), in: other, db) == 1)
        }
    }
}
