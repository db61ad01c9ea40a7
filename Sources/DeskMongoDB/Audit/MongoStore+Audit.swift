#if MongoDB
package import Desk

/// The audit log. An entry is committed with the change that it tells of, in the `audit` of the same document; from
/// there it is copied to its place and then taken away. Doing that twice is as good as once: whoever reads the log
/// first does what a crash has left. Entries are numbered as they are copied, so then one may come after later ones.
extension MongoStore {
    package func record(_ entry: AuditEntry) async throws(DeskError) {
        try await attempt { try await self.store(AuditDocuments.encode(entry)) }
    }

    package func auditRecords(_ query: AuditQuery, limit: Int) async throws(DeskError) -> [AuditRecord] {
        try await attempt {
            _ = try await self.finishedSetup()
            for source in AuditDocuments.sources { try await self.copyWaitingAudit(in: source) }
            var filter: BSONDocument = ["number": ["$lt": .int(query.before ?? .max)]]
            filter["action"] = query.action.map { .string($0.rawValue) }
            let collection = AuditDocuments.collection
            return try await self.database.find(in: collection, filter, sort: ["number": -1], limit: limit)
                .map(AuditDocuments.decodeRecord)
        }
    }

    /// Copies what waits in that collection, which is one of ``AuditDocuments/sources``: called after a commit with
    /// entries in it. If this fails, whoever reads the log does it.
    ///
    /// - Parameter id: Of the document that has the entries; nil for all.
    func copyAudit(in collection: String, of id: String? = nil) async {
        do {
            try await copyWaitingAudit(in: collection, of: id)
        } catch {
            // Nothing is lost: see above.
        }
    }

    /// The same for one who may not go on before it is done.
    func copyWaitingAudit(in collection: String, of id: String? = nil) async throws {
        var filter = AuditDocuments.waiting
        filter["_id"] = id.map { .string($0) }
        while true {
            let documents = try await database.find(in: collection, filter, limit: Self.batch)
            for document in documents {
                let entries = document["audit"]?.array?.compactMap(\.document) ?? []
                for entry in entries { try await store(entry) }
                try Self.reached(.auditCopied)
                // Without a new revision: whoever is writing to it brings the entries back, and they are copied again.
                try await database.updateAll(
                    in: collection,
                    ["_id": document["_id"]],
                    ["$pull": ["audit": ["_id": ["$in": .array(entries.compactMap { $0["_id"] })]]]]
                )
                try Self.reached(.auditTaken)
            }
            if documents.count < Self.batch { return }
        }
    }

    private func store(_ entry: BSONDocument) async throws {
        var entry = entry
        entry["number"] = .int(try await database.next(of: AuditDocuments.collection))
        try await database.ensure(entry, in: AuditDocuments.collection)
    }
}
#endif
