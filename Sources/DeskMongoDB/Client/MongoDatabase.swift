#if MongoDB
/// The commands that the store needs, and no others.
struct MongoDatabase: Sendable {
    let client: MongoClient

    /// - Parameters:
    ///   - limit: All must fit into one reply of 16 MB.
    ///   - fields: Only these; nil for all.
    func find(
        in collection: String,
        _ filter: BSONDocument,
        sort: BSONDocument? = nil,
        limit: Int,
        fields: [String]? = nil
    ) async throws(MongoError) -> [BSONDocument] {
        let projection = fields.map { $0.reduce(into: BSONDocument()) { $0[$1] = 1 } }
        let reply = try await client.read([
            "find": .string(collection), "filter": .document(filter), "sort": sort.map { .document($0) },
            "projection": projection.map { .document($0) }, "limit": .int(limit), "batchSize": .int(limit),
            "singleBatch": true,
        ])
        guard let batch = reply["cursor"]?.document?["firstBatch"]?.array else { throw .malformed }
        return batch.compactMap(\.document)
    }

    func first(in collection: String, _ filter: BSONDocument) async throws(MongoError) -> BSONDocument? {
        try await find(in: collection, filter, limit: 1).first
    }

    /// Those of these ids that are there, in any order.
    func find(
        in collection: String,
        ids: Set<String>,
        fields: [String]? = nil
    ) async throws(MongoError) -> [BSONDocument] {
        guard !ids.isEmpty else { return [] }
        let filter: BSONDocument = ["_id": ["$in": .array(ids.map { .string($0) })]]
        return try await find(in: collection, filter, limit: ids.count, fields: fields)
    }

    func count(in collection: String, _ filter: BSONDocument) async throws(MongoError) -> Int {
        let reply = try await client.read(["count": .string(collection), "query": .document(filter)])
        guard let count = reply["n"]?.int else { throw .malformed }
        return Int(count)
    }

    /// - Throws: ``MongoError/duplicateKey``.
    func insert(_ document: BSONDocument, into collection: String) async throws(MongoError) {
        _ = try await client.write(["insert": .string(collection), "documents": [.document(document)]])
    }

    /// Inserts unless it is there. Doing it twice is as good as once, so it is tried again once.
    func ensure(_ document: BSONDocument, in collection: String) async throws(MongoError) {
        do {
            try await insert(document, into: collection)
        } catch .duplicateKey {
        } catch .unreachable {
            do {
                try await insert(document, into: collection)
            } catch .duplicateKey {}
        }
    }

    /// Writes `document` over the one that fits `filter`.
    ///
    /// - Returns: False if there is none.
    func replace(
        _ filter: BSONDocument,
        by document: BSONDocument,
        in collection: String
    ) async throws(MongoError) -> Bool {
        let reply = try await client.write([
            "findAndModify": .string(collection), "query": .document(filter), "update": .document(document),
            "fields": ["_id": 1],
        ])
        return reply["value"]?.document != nil
    }

    /// The next of a series that rises and may skip.
    func next(of series: String) async throws(MongoError) -> Int {
        let reply = try await client.write([
            "findAndModify": "counters", "query": ["_id": .string(series)], "update": ["$inc": ["value": 1]],
            "upsert": true, "new": true,
        ])
        guard let value = reply["value"]?.document?["value"]?.int else { throw .malformed }
        return Int(value)
    }
}
#endif
