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
}
