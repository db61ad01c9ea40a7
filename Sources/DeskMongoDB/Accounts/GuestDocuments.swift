#if MongoDB
import Desk

/// Guests as documents, and back.
enum GuestDocuments {
    static let collection = "guests"

    static func encode(_ guest: Guest) -> BSONDocument {
        [
            "_id": .string(guest.id.rawValue), "name": guest.name.map { .string($0) },
            "email": guest.email.map { .string($0) }, "isVerified": .bool(guest.isVerified),
            "createdAt": guest.createdAt.bson,
        ]
    }

    static func decode(_ document: BSONDocument) throws(MongoError) -> Guest {
        Guest(
            id: Guest.ID(rawValue: try document.text("_id")),
            name: document["name"]?.string,
            email: document["email"]?.string,
            isVerified: try document.flag("isVerified"),
            createdAt: try document.moment("createdAt")
        )
    }

    static func guest(_ id: Guest.ID, in database: MongoDatabase) async throws(MongoError) -> Guest? {
        guard let found = try await database.first(in: collection, ["_id": .string(id.rawValue)]) else { return nil }
        return try decode(found)
    }
}
#endif
