#if MongoDB
import DeskStoreContract
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    struct ContractTests {
        @Test(arguments: StoreContract.rules)
        func `MongoDB keeps the contract of every store`(rule: StoreRule) async throws {
            try await Deployment.withClient { client in
                let store = try await MongoStore(client: client)
                try await rule.check(on: store)
                #expect(store.trouble == nil)
            }
        }
    }
}
#endif
