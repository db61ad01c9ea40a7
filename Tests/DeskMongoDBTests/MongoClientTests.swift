#if MongoDB
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(1)))
    struct MongoClientTests {
        private static func insert(_ id: BSONValue, into client: MongoClient) async throws {
            _ = try await client.write(["insert": "things", "documents": [["_id": id]]])
        }

        private static func count(in client: MongoClient) async throws -> Int? {
            let reply = try await client.read(["find": "things", "singleBatch": true])
            return reply["cursor"]?.document?["firstBatch"]?.array?.count
        }

        @Test func `what was written is read`() async throws {
            try await Deployment.withClient { client in
                try await Self.insert("a", into: client)
                #expect(try await Self.count(in: client) == 1)
            }
        }

        @Test func `a key that is there is a duplicate`() async throws {
            try await Deployment.withClient { client in
                try await Self.insert("a", into: client)
                await #expect(throws: MongoError.duplicateKey) { try await Self.insert("a", into: client) }
            }
        }

        @Test func `what the server does not know is refused`() async throws {
            try await Deployment.withClient { client in
                await #expect(throws: MongoError.refused(code: 59)) { try await client.read(["noSuchCommand": 1]) }
            }
        }

        private static let faults: [BSONDocument] = [
            ["closeConnection": true], ["errorCode": 10107, "errorLabels": ["RetryableWriteError"]],
        ]

        @Test(arguments: faults)
        func `a write that fails is unavailable, and the next one works`(fault: BSONDocument) async throws {
            try await Deployment.withClient { client in
                try await Deployment.fail("insert", fault)
                await #expect {
                    try await Self.insert("a", into: client)
                } throws: { error in
                    if case .unreachable = error as? MongoError { true } else { false }
                }
                try await Self.insert("b", into: client)
                #expect(try await Self.count(in: client) == 1)
            }
        }

        @Test(arguments: faults)
        func `a read that fails once is tried again`(fault: BSONDocument) async throws {
            try await Deployment.withClient { client in
                try await Self.insert("a", into: client)
                try await Deployment.fail("find", fault)
                #expect(try await Self.count(in: client) == 1)
            }
        }

        @Test func `what a majority did not confirm is not acknowledged`() async throws {
            try await Deployment.withClient { client in
                try await Deployment.fail("insert", ["writeConcernError": ["code": 64, "errmsg": "waiting timed out"]])
                await #expect(throws: MongoError.unreachable(code: 64)) { try await Self.insert("a", into: client) }
                await #expect(throws: MongoError.duplicateKey) { try await Self.insert("a", into: client) }
            }
        }

        @Test func `an answer that does not come is given up`() async throws {
            try await Deployment.withClient(patience: .seconds(1)) { client in
                try await Deployment.fail("insert", times: 2, ["blockConnection": true, "blockTimeMS": 3000])
                await #expect {
                    try await Self.insert("a", into: client)
                } throws: { error in
                    if case .unreachable = error as? MongoError { true } else { false }
                }
            }
        }

        @Test func `a text that is no URI is refused`() {
            #expect(throws: MongoError.malformed) { _ = try MongoClient(uri: "not one", database: "x") }
        }
    }
}
#endif
