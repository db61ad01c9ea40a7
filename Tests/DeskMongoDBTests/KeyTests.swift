#if MongoDB
import Desk
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(1)))
    struct KeyTests {
        private static let now = Timestamp(milliseconds: 1_000_000)

        private static func withStore(_ body: (MongoStore) async throws -> Void) async throws {
            try await Deployment.withClient { client in try await body(MongoStore(client: client)) }
        }

        @Test func `all servers that start at once have the same keys`() async throws {
            try await Self.withStore { store in
                let keys = try await withThrowingTaskGroup(of: StoredKeys.self) { group in
                    for _ in 0..<8 { group.addTask { try await store.keys(given: nil) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(keys.allSatisfy { $0 == keys[0] })
                #expect(Set([keys[0].guest, keys[0].account]).count == 2)
            }
        }

        @Test func `a server with another key than the others is refused`() async throws {
            try await Self.withStore { store in
                let first = try await store.keys(given: "one")
                #expect(first.login == .given(name: "one"))
                #expect(try await store.keys(given: "one") == first)
                await #expect(throws: MongoFailure.otherLoginKey) { _ = try await store.keys(given: "other") }
                await #expect(throws: MongoFailure.missingLoginKey) { _ = try await store.keys(given: nil) }
            }
            try await Self.withStore { store in
                _ = try await store.keys(given: nil)
                await #expect(throws: MongoFailure.otherLoginKey) { _ = try await store.keys(given: "one") }
            }
        }

        @Test func `a rotation keeps the key before for a while, and the other keys`() async throws {
            try await Self.withStore { store in
                let before = try await store.keys(given: nil)
                try await store.rotateLoginKey(to: nil, at: Self.now, forgetting: Timestamp(milliseconds: 0))
                let after = try await store.keys(given: nil)
                #expect(after.login != before.login)
                #expect(after.retired.map(\.at) == [Self.now])
                #expect(after.retired.map { .stored($0.key) } == [before.login])
                #expect((after.guest, after.account) == (before.guest, before.account))

                try await store.rotateLoginKey(to: "one", at: Self.now, forgetting: Timestamp(milliseconds: 1_000_001))
                let given = try await store.keys(given: "one")
                #expect(given.retired.map { .stored($0.key) } == [after.login])
            }
        }

        @Test func `rotations at the same moment are all made`() async throws {
            try await Self.withStore { store in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            let never = Timestamp(milliseconds: 0)
                            try? await store.rotateLoginKey(to: nil, at: Self.now, forgetting: never)
                        }
                    }
                }
                let keys = try await store.keys(given: nil)
                #expect(keys.retired.count == 4)
            }
        }
    }

    @Suite(.timeLimit(.minutes(1)))
    struct OptionTests {
        @Test func `the database is that of the URI, else martlet`() {
            func database(_ uri: String) -> String? {
                MongoOptions(uri: uri, connections: 1, patience: .seconds(1))?.database
            }
            #expect(database("mongodb://a,b/desk?replicaSet=rs0") == "desk")
            #expect(database("mongodb://a/?replicaSet=rs0") == "martlet")
            #expect(database("mongodb://a") == "martlet")
            #expect(database("redis://a") == nil)
        }

        @Test func `a database that nobody serves is told of in time`() async throws {
            let options = try #require(
                MongoOptions(uri: "mongodb://127.0.0.1:1/?replicaSet=rs0", connections: 1, patience: .seconds(1))
            )
            let start = ContinuousClock.now
            let failure = await #expect(throws: MongoFailure.self) { _ = try await MongoStore(options) }
            #expect(failure?.description.contains("no primary") == true)
            #expect(ContinuousClock.now - start < .seconds(10))
        }
    }
}
#endif
