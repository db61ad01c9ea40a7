#if MongoDB
package import Desk

/// What a copy from another store writes, and reads to compare.
extension MongoStore: RecordTarget {
    package func records(
        _ kind: StoredRecord.Kind,
        after key: StoredRecord.Key,
        limit: Int
    ) async throws(DeskError) -> [StoredRecord] {
        try await attempt {
            switch kind {
            case .guest:
                return try await self.guests("known", after: key, limit: limit)
                    .compactMap { record in record.known.map { .guest($0) } }
            case .retiredGuest:
                return try await self.guests("retired", after: key, limit: limit).map { .retiredGuest($0.id) }
            case .message:
                return try await self.bySeq(MessageDocuments.collection, after: key, limit: limit)
                    .map { .message(try MessageDocuments.decode($0)) }
            case .note:
                return try await self.bySeq(NoteDocuments.collection, after: key, limit: limit)
                    .map { .note(try NoteDocuments.decode($0)) }
            case .ticket:
                let filter: BSONDocument = ["_id": ["$gt": .string(key.text)]]
                return try await TicketDocuments.records(filter, sort: ["_id": 1], limit: limit, in: self.database)
                    .map { .ticket($0.ticket, clientID: $0.clientID) }
            case .lastNumber:
                guard key == .first else { return [] }
                return [.lastNumber(try await self.database.last(of: TicketDocuments.collection))]
            }
        }
    }

    private func guests(
        _ state: BSONValue,
        after key: StoredRecord.Key,
        limit: Int
    ) async throws(MongoError) -> [GuestRecord] {
        let filter: BSONDocument = ["_id": ["$gt": .string(key.text)], "state": state]
        let found = try await database.find(in: GuestDocuments.collection, filter, sort: ["_id": 1], limit: limit)
        return try found.map { document throws(MongoError) in try GuestDocuments.decode(document) }
    }

    private func bySeq(
        _ collection: String,
        after key: StoredRecord.Key,
        limit: Int
    ) async throws(MongoError) -> [BSONDocument] {
        let ticket = BSONValue.string(key.text)
        let rest: BSONValue = ["ticketId": ticket, "seq": ["$gt": .int(key.number)]]
        let filter: BSONDocument = ["$or": [rest, ["ticketId": ["$gt": ticket]]]]
        return try await database.find(in: collection, filter, sort: ["ticketId": 1, "seq": 1], limit: limit)
    }

    package func insert(_ records: [StoredRecord], of kind: StoredRecord.Kind) async throws(DeskError) {
        try await attempt {
            switch kind {
            case .guest, .retiredGuest:
                try await self.database.insertMissing(
                    records.compactMap(Self.document),
                    into: GuestDocuments.collection
                )
            case .message:
                try await self.database.insertMissing(
                    records.compactMap(Self.document),
                    into: MessageDocuments.collection
                )
            case .note:
                try await self.database.insertMissing(records.compactMap(Self.document), into: NoteDocuments.collection)
            case .ticket:
                try await self.database.insertMissing(
                    records.compactMap(Self.document),
                    into: TicketDocuments.collection
                )
            case .lastNumber:
                for case .lastNumber(let number) in records {
                    try await self.database.set(number, of: TicketDocuments.collection)
                }
            }
        }
    }

    private static func document(of record: StoredRecord) -> BSONDocument? {
        switch record {
        case .guest(let guest): GuestDocuments.encode(guest)
        case .retiredGuest(let id): GuestDocuments.encode(GuestRecord(id: id, state: .retired, revision: 1))
        case .message(let message): MessageDocuments.encode(message)
        case .note(let note): NoteDocuments.encode(note)
        case .ticket(let ticket, let clientID):
            TicketDocuments.encode(TicketRecord(ticket: ticket, clientID: clientID))
        case .lastNumber: nil
        }
    }
}

extension MongoDatabase {
    /// Inserts those that are not there.
    fileprivate func insertMissing(_ documents: [BSONDocument], into collection: String) async throws(MongoError) {
        do {
            _ = try await client.write([
                "insert": .string(collection), "documents": .array(documents.map { .document($0) }), "ordered": false,
            ])
        } catch .duplicateKey {
            // Those that were there; the others are inserted all the same.
        }
    }

    /// What ``next(of:)`` answered last.
    fileprivate func last(of series: String) async throws(MongoError) -> Int {
        try await first(in: "counters", ["_id": .string(series)])?.number("value") ?? 0
    }

    fileprivate func set(_ value: Int, of series: String) async throws(MongoError) {
        _ = try await client.write([
            "findAndModify": "counters", "query": ["_id": .string(series)],
            "update": ["$max": ["value": .int(value)]], "upsert": true,
        ])
    }
}
#endif
