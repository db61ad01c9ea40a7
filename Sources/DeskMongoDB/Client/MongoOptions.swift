#if MongoDB
import CMongoC

/// Which database, and how much of it one server takes.
package struct MongoOptions: Sendable {
    let uri: String
    let database: String
    let connections: Int
    let patience: Duration

    /// Nil if `uri` is none, as libmongoc reads it. Nothing is connected yet.
    ///
    /// - Parameters:
    ///   - connections: The most there are at a time.
    ///   - patience: How long to look for a primary, and to wait for an answer.
    package init?(uri: String, connections: Int, patience: Duration) {
        MongoClient.library
        guard let name = cmongoc_uri_database(uri) else { return nil }
        defer { bson_free(name) }
        self.uri = uri
        self.database = name.pointee == 0 ? "martlet" : String(cString: name)
        self.connections = connections
        self.patience = patience
    }
}

extension MongoStore {
    /// Connects, and makes the indexes that are missing.
    ///
    /// - Parameter forCopy: Whether it may be a copy that is not whole.
    package convenience init(_ options: MongoOptions, forCopy: Bool = false) async throws(MongoFailure) {
        do throws(MongoError) {
            let client = try MongoClient(
                uri: options.uri,
                database: options.database,
                connections: options.connections,
                patience: options.patience
            )
            try await self.init(client: client)
        } catch {
            throw MongoFailure(error)
        }
        if !forCopy { try await refuseUnfinishedCopy() }
    }
}
#endif
