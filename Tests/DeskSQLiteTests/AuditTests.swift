import Desk
import DeskStoreContract
import GRDB
import Testing

@testable import DeskSQLite

struct AuditTests {
    @Test(arguments: [
        "UPDATE audit SET actorName = 'somebody else'", "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit (row, at, actorKind, action) VALUES (1, 0, 'nobody', 'logout')",
        "REPLACE INTO audit (row, at, actorKind, action) VALUES (1, 0, 'nobody', 'logout')",
    ])
    func `an entry of the audit log can be neither changed nor deleted nor replaced`(sql: String) async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        defer { store.close() }
        let bench = Bench(store: store)
        try await bench.desk.record(.backupMade, by: .commandLine)
        let before = try await bench.audit()
        await #expect(throws: DatabaseError.self) { try await store.pool.write { try $0.execute(sql: sql) } }
        #expect(try await bench.audit() == before)
    }

    @Test func `a change whose entry cannot be written is not made`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        defer { store.close() }
        let bench = Bench(store: store)
        let account = try await bench.account("ada")
        let trigger = "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
        try await store.pool.write { try $0.execute(sql: trigger) }
        await #expect(throws: DeskError.unavailable) {
            try await bench.desk.setDisabled(true, account.id, by: .commandLine)
        }
        await #expect(throws: DeskError.unavailable) { try await bench.desk.beginSession(of: account) }
        #expect(try await bench.desk.account(account.id)?.isDisabled == false)
        #expect(try await bench.desk.logins(of: account.id, for: account.principal).isEmpty)
    }
}
