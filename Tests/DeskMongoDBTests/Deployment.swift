#if MongoDB
import Foundation
import Testing

@testable import DeskMongoDB

/// The MongoDB that the tests run against: that of `MONGODB_URI`, a replica set that takes test commands.
enum Deployment {
    static let uri = ProcessInfo.processInfo.environment["MONGODB_URI"]

    /// Runs `body` with a client of a database of its own, gone afterwards.
    static func withClient(
        patience: Duration = .seconds(5),
        _ body: (MongoClient) async throws -> Void
    ) async throws {
        let database = "martlet_" + UUID().uuidString.prefix(8)
        let client = try MongoClient(uri: #require(uri), database: database, connections: 4, patience: patience)
        try await body(client)
        _ = try await client.write(["dropDatabase": 1])
    }

    /// Lets the next commands of that name fail.
    static func fail(_ command: BSONValue, times: Int = 1, _ data: BSONDocument) async throws {
        let admin = try MongoClient(uri: #require(uri), database: "admin", connections: 1)
        var data = data
        data["failCommands"] = [command]
        _ = try await admin.read([
            "configureFailPoint": "failCommand", "mode": ["times": .int(times)], "data": .document(data),
        ])
    }
}

/// All that speak to the server, one after the other: a fault is set for the whole of it.
@Suite(.serialized, .needsMongoDB)
enum WithMongoDB {}

extension Trait where Self == ConditionTrait {
    static var needsMongoDB: Self {
        .enabled(if: Deployment.uri != nil, "MONGODB_URI is not set: nothing was run against a MongoDB")
    }
}
#endif
