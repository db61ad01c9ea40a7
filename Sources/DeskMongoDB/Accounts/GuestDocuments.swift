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

    static func guest(_ id: Guest.ID, in database: MongoDatabase) async throws(MongoError) -> Guest? {
        guard let document = try await database.first(in: collection, ["_id": .string(id.rawValue)]) else {
            return nil
        }
        return Guest(
            id: id,
            name: document["name"]?.string,
            email: document["email"]?.string,
            isVerified: document["isVerified"]?.bool ?? false,
            createdAt: try document.moment("createdAt")
        )
    }
}
#endif
