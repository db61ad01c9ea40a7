#if MongoDB
/// Commands on all documents that fit. Each is as good as once when it is done twice, so a caller may do it again.
extension MongoDatabase {
    func updateAll(
        in collection: String,
        _ filter: BSONDocument,
        _ update: BSONDocument
    ) async throws(MongoError) {
        _ = try await client.write([
            "update": .string(collection),
            "updates": [["q": .document(filter), "u": .document(update), "multi": true]],
        ])
    }

    func deleteAll(in collection: String, _ filter: BSONDocument) async throws(MongoError) {
        _ = try await client.write([
            "delete": .string(collection), "deletes": [["q": .document(filter), "limit": 0]],
        ])
    }
}
#endif
