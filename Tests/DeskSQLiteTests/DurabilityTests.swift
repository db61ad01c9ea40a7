import Desk
import DeskStoreContract
import Foundation
import GRDB
import Testing

@testable import DeskSQLite

struct DurabilityTests {
    @Test func `each commit syncs the log`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let settings = try await store.pool.writeWithoutTransaction { db in
            try ["synchronous", "journal_mode"].map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        #expect(settings == ["2", "wal"])
    }

    @Test func `what is acknowledged survives a kill at any moment`() async throws {
        let scratch = try Scratch()
        let bench = Bench(store: try scratch.store())
        let guest = bench.guest()
        let ticket = try await bench.ticket(by: guest)
        var acknowledged: [Message] = []
        for index in 0..<20 {
            acknowledged.append(
                try await bench.desk.postMessage("m", to: ticket.id, clientID: ClientID("\(index)"), by: guest)
            )
            // The first store stays open, as that of a killed process would.
            let copy = try scratch.copy()
            let survivor = Bench(store: try copy.store())
            let history = try await survivor.desk.history(of: ticket.id, HistoryRange(), for: guest)
            #expect(history.messages == acknowledged)
            let next = try await survivor.desk.postMessage("next", to: ticket.id, by: guest)
            #expect(next.seq == acknowledged.count + 1)
            #expect(copy.reports.count == 0)
        }
    }

    @Test func `a store that was closed opens again with everything`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let bench = Bench(store: store)
        let (guest, account) = (bench.guest("Ada"), try await bench.account())
        let session = try await bench.desk.beginSession(of: account)
        var ticket = try await bench.ticket(by: guest, text: "hi")
        ticket = try await bench.desk.assign(ticket.id, to: account.id, by: account.principal)
        ticket = try await bench.desk.close(ticket.id, by: account.principal)
        store.close()

        let again = Bench(store: try scratch.store(migrates: false))
        #expect(try await again.desk.ticket(ticket.id, for: guest) == ticket)
        #expect(try await again.desk.login(session.id) == Login(session: session, account: account))
        #expect(try await again.ticket(by: guest).number == ticket.number + 1)
        #expect(scratch.reports.count == 0)
    }

    @Test func `seq is read anew when another process writes too`() async throws {
        let scratch = try Scratch()
        let (one, other) = (Bench(store: try scratch.store()), Bench(store: try scratch.store(migrates: false)))
        let guest = one.guest()
        let ticket = try await one.ticket(by: guest)
        // In turns first: all at once, each store may need a single commit and never meet the other.
        for (index, bench) in [one, other, one, other].enumerated() {
            #expect(try await bench.desk.postMessage("m", to: ticket.id, by: guest).seq == index + 1)
        }
        let messages = try await withThrowingTaskGroup(of: Message.self) { group in
            for index in 0..<100 {
                let bench = index % 2 == 0 ? one : other
                group.addTask { try await bench.desk.postMessage("m", to: ticket.id, by: guest) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(messages.map(\.seq).sorted() == Array(5...104))
    }

    /// No index of the database does; see `WorkingTickets`.
    @Test func `a retry is found, whoever stored the message`() async throws {
        let scratch = try Scratch()
        let (store, other) = (try scratch.store(), Bench(store: try scratch.store(migrates: false)))
        let one = Bench(store: store)
        let guest = one.guest()
        let ticket = try await one.ticket(by: guest)
        for bench in [one, other, one, other] {
            let clientID = try ClientID(bench.newID())
            let message = try await bench.desk.postMessage("m", to: ticket.id, clientID: clientID, by: guest)
            // With another kind of write between, and twice in one transaction.
            _ = try await bench.ticket(by: guest)
            for asked in [one, other] {
                async let first = asked.desk.postMessage("m", to: ticket.id, clientID: clientID, by: guest)
                async let second = asked.desk.postMessage("m", to: ticket.id, clientID: clientID, by: guest)
                #expect(try await [first.id, second.id] == [message.id, message.id])
            }
        }
        store.close()
        let reopened = Bench(store: try scratch.store())
        let history = try await reopened.desk.history(of: ticket.id, HistoryRange(), for: guest)
        let clientID = try #require(history.messages.last?.clientID)
        let retried = try await reopened.desk.postMessage("m", to: ticket.id, clientID: clientID, by: guest)
        #expect(retried.id == history.messages.last?.id)
        #expect(history.messages.count == 4)
    }

    @Test func `only the owner can read the database`() async throws {
        let scratch = try Scratch()
        let bench = Bench(store: try scratch.store())
        _ = try await bench.account()
        for suffix in ["", "-wal", "-shm"] {
            #expect(try Scratch.mode(of: scratch.databasePath + suffix) == 0o600)
        }
    }
}
