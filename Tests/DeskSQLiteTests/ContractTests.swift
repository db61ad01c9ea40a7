import DeskSQLite
import DeskStoreContract
import Testing

struct ContractTests {
    @Test(arguments: StoreContract.rules)
    func `SQLite keeps the contract of every store`(rule: StoreRule) async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        try await rule.check(on: store)
        store.close()
        #expect(scratch.reports.count == 0)
    }
}
