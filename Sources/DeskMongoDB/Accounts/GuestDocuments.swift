#if MongoDB
import Desk

/// A guest with what the store keeps beside it, in the same document.
struct GuestRecord: Sendable {
    enum State: Sendable {
        /// Nothing is known of that id: erased, or not yet told who it is. Such a document spares a race between who
        /// stores the guest and who is late with what was there before.
        case nobody
        case known(Guest)
        /// All of it becomes that guest's, who is stored as told here if nobody knows them or their document is still
        /// of that revision.
        case moving(to: Guest, revision: Int)
        case retired
        case erasing
    }

    let id: Guest.ID
    var state = State.nobody
    /// Rises with every write; what the compare-and-set compares.
    var revision = 0
    /// How often the name or the address has changed: a part of the version of each of the guest's tickets, so that
    /// none of them has to be written for it.
    var changes = 0
    /// Whether the tickets may still be found by another name or address.
    var isRenamed = false
    /// The newest ticket, as it was opened, until it stands among the tickets.
    var opened: BSONDocument?
    /// The latest writes, so that one whose outcome is unknown finds itself again.
    var writes: [String] = []
    /// Entries that have their place in the audit log still to come.
    var audit: [BSONValue] = []

    private static let rememberedWrites = 32

    var known: Guest? { if case .known(let guest) = state { guest } else { nil } }

    mutating func rename(_ guest: Guest) {
        state = .known(guest)
        changes += 1
        isRenamed = true
    }

    mutating func note(_ write: String) {
        revision += 1
        writes = (writes + [write]).suffix(Self.rememberedWrites)
    }
}

/// Guests as documents, and back.
enum GuestDocuments {
    static let collection = "guests"

    static func encode(_ guest: Guest) -> BSONDocument {
        encode(GuestRecord(id: guest.id, state: .known(guest), revision: 1))
    }

    static func encode(_ record: GuestRecord) -> BSONDocument {
        var document: BSONDocument = [
            "_id": .string(record.id.rawValue), "revision": .int(record.revision), "changes": .int(record.changes),
            "isRenamed": record.isRenamed ? true : nil, "opened": record.opened.map { .document($0) },
            "writes": .array(record.writes.map { .string($0) }),
            "audit": record.audit.isEmpty ? nil : .array(record.audit),
        ]
        switch record.state {
        case .nobody: document["state"] = "nobody"
        case .known(let guest):
            document["state"] = "known"
            document["guest"] = .document(fields(of: guest))
        case .moving(let guest, let revision):
            document["state"] = "moving"
            document["movesTo"] = .string(guest.id.rawValue)
            document["movesToRevision"] = .int(revision)
            document["guest"] = .document(fields(of: guest))
        case .retired: document["state"] = "retired"
        case .erasing: document["state"] = "erasing"
        }
        return document
    }

    private static func fields(of guest: Guest) -> BSONDocument {
        [
            "name": guest.name.map { .string($0) }, "email": guest.email.map { .string($0) },
            "isVerified": .bool(guest.isVerified), "createdAt": guest.createdAt.bson,
        ]
    }

    static func decode(_ document: BSONDocument) throws(MongoError) -> GuestRecord {
        let id = Guest.ID(rawValue: try document.text("_id"))
        var record = GuestRecord(id: id)
        record.revision = try document.number("revision")
        record.changes = try document.number("changes")
        record.isRenamed = document["isRenamed"]?.bool ?? false
        record.opened = document["opened"]?.document
        record.writes = document["writes"]?.array?.compactMap(\.string) ?? []
        record.audit = document["audit"]?.array ?? []
        switch try document.text("state") {
        case "nobody": record.state = .nobody
        case "known": record.state = .known(try guest(id, document.nested("guest")))
        case "moving":
            let other = Guest.ID(rawValue: try document.text("movesTo"))
            let revision = try document.number("movesToRevision")
            record.state = .moving(to: try guest(other, document.nested("guest")), revision: revision)
        case "retired": record.state = .retired
        case "erasing": record.state = .erasing
        default: throw .malformed
        }
        return record
    }

    private static func guest(_ id: Guest.ID, _ fields: BSONDocument) throws(MongoError) -> Guest {
        Guest(
            id: id,
            name: fields["name"]?.string,
            email: fields["email"]?.string,
            isVerified: try fields.flag("isVerified"),
            createdAt: try fields.moment("createdAt")
        )
    }

    static func record(_ id: Guest.ID, in database: MongoDatabase) async throws(MongoError) -> GuestRecord? {
        guard let found = try await database.first(in: collection, ["_id": .string(id.rawValue)]) else { return nil }
        return try decode(found)
    }

    /// Whose tickets and messages are becoming that guest's.
    static func moving(to id: Guest.ID, in database: MongoDatabase) async throws(MongoError) -> [Guest.ID] {
        try await database.find(in: collection, ["movesTo": .string(id.rawValue)], limit: 100)
            .map { document throws(MongoError) in Guest.ID(rawValue: try document.text("_id")) }
    }

    /// Writes `next` in place of `record`, or as the first one.
    ///
    /// - Returns: False if another one was first.
    static func replace(
        _ record: GuestRecord?,
        by next: GuestRecord,
        in database: MongoDatabase
    ) async throws(MongoError) -> Bool {
        guard let record else {
            do {
                try await database.insert(encode(next), into: collection)
                return true
            } catch .duplicateKey {
                return false
            }
        }
        return try await database.replace(
            ["_id": .string(record.id.rawValue), "revision": .int(record.revision)],
            by: encode(next),
            in: collection
        )
    }
}
#endif
