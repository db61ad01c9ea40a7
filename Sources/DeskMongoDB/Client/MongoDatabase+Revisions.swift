#if MongoDB
/// Compare-and-set for documents with a `revision`.
extension MongoDatabase {
    /// Writes `document` over the one with its id.
    ///
    /// - Parameter revision: What that one must have; 0 if there must be none.
    /// - Returns: False if another one was first.
    func replace(
        _ document: BSONDocument,
        from revision: Int,
        in collection: String
    ) async throws(MongoError) -> Bool {
        guard revision == 0 else {
            return try await replace(
                ["_id": document["_id"], "revision": .int(revision)],
                by: document,
                in: collection
            )
        }
        do {
            try await insert(document, into: collection)
            return true
        } catch .duplicateKey {
            return false
        }
    }
}
#endif
