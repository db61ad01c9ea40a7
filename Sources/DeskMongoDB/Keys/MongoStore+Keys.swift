#if MongoDB
package import Desk

/// One document, made once: whichever server is the first makes it for all.
extension MongoStore {
    private static let collection = "keys"

    /// The keys that this database is served with. The first call makes them.
    ///
    /// - Parameter name: Of the key that signs logins, if this server was given one.
    /// - Throws: ``MongoFailure/otherLoginKey`` or ``MongoFailure/missingLoginKey`` if the other servers sign logins by
    ///   another key.
    package func keys(given name: String?) async throws(MongoFailure) -> StoredKeys {
        let keys = try await keys(orElse: StoredKeys.made(given: name))
        switch (keys.login, name) {
        case (.stored, nil): return keys
        case (.given(let served), let name?) where served == name: return keys
        case (.given, nil): throw .missingLoginKey
        default: throw .otherLoginKey
        }
    }

    /// The keys that are there, or else these.
    package func keys(orElse made: StoredKeys) async throws(MongoFailure) -> StoredKeys {
        do throws(MongoError) {
            if let found = try await database.first(in: Self.collection, ["_id": .string(StoredKeys.id)]) {
                return try StoredKeys(found)
            }
            try await database.ensure(made.document(version: 1), in: Self.collection)
            guard let found = try await database.first(in: Self.collection, ["_id": .string(StoredKeys.id)]) else {
                throw MongoError.malformed
            }
            return try StoredKeys(found)
        } catch {
            throw MongoFailure(error)
        }
    }

    /// Lets another key sign logins: one that is made here, or the one of that name, which every server is then given.
    ///
    /// - Parameter oldest: Keys that retired before are of no use any more.
    package func rotateLoginKey(
        to name: String?,
        at now: Timestamp,
        forgetting oldest: Timestamp
    ) async throws(MongoFailure) {
        _ = try await keys(orElse: StoredKeys.made(given: name))
        do throws(MongoError) {
            for _ in 0..<Self.maximumAttempts {
                guard let found = try await database.first(in: Self.collection, ["_id": .string(StoredKeys.id)]) else {
                    throw MongoError.malformed
                }
                let version = try found.number("version")
                var keys = try StoredKeys(found)
                keys.retired.removeAll { $0.at < oldest }
                if case .stored(let key) = keys.login { keys.retired.append(StoredKeys.Retired(key: key, at: now)) }
                keys.login = name.map(StoredKeys.Login.given) ?? .stored(StoredKeys.random())
                let filter: BSONDocument = ["_id": .string(StoredKeys.id), "version": .int(version)]
                let changed = keys.document(version: version + 1)
                if try await database.replace(filter, by: changed, in: Self.collection) { return }
            }
            throw MongoError.busy
        } catch {
            throw MongoFailure(error)
        }
    }
}
#endif
