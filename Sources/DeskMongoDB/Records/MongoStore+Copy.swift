#if MongoDB
/// A document tells that the database is the copy of another store, and whether it is whole.
extension MongoStore {
    private static let copies = "copies"
    private static let copy: BSONDocument = ["_id": "copy"]

    /// Takes an empty database for a copy, or one with a copy of the same source that is not whole yet.
    ///
    /// - Parameter source: Tells it from every other one.
    package func beginCopy(of source: String) async throws(MongoFailure) {
        do throws(MongoError) {
            var found = try await database.first(in: Self.copies, Self.copy)
            if found == nil {
                guard try await isEmpty() else { throw MongoError.duplicateKey }
                let document: BSONDocument = ["_id": "copy", "source": .string(source), "isWhole": false]
                try await database.ensure(document, in: Self.copies)
                found = try await database.first(in: Self.copies, Self.copy)
            }
            guard try found?.text("source") == source, try found?.flag("isWhole") == false else {
                throw MongoError.duplicateKey
            }
        } catch .duplicateKey {
            throw .notEmpty
        } catch {
            throw MongoFailure(error)
        }
    }

    /// From now on servers start on it.
    package func endCopy(of source: String) async throws(MongoFailure) {
        do throws(MongoError) {
            let document: BSONDocument = ["_id": "copy", "source": .string(source), "isWhole": true]
            _ = try await database.replace(Self.copy, by: document, in: Self.copies)
        } catch {
            throw MongoFailure(error)
        }
    }

    /// - Throws: ``MongoFailure/unfinishedCopy``.
    func refuseUnfinishedCopy() async throws(MongoFailure) {
        do throws(MongoError) {
            guard try await database.first(in: Self.copies, Self.copy)?.flag("isWhole") == false else { return }
        } catch {
            throw MongoFailure(error)
        }
        throw .unfinishedCopy
    }

    private func isEmpty() async throws(MongoError) -> Bool {
        let reply = try await database.client.read(["listCollections": 1, "nameOnly": true])
        guard let collections = reply["cursor"]?.document?["firstBatch"]?.array else { throw .malformed }
        for collection in collections {
            guard let name = collection.document?["name"]?.string else { throw .malformed }
            if try await database.first(in: name, [:]) != nil { return false }
        }
        return true
    }
}
#endif
