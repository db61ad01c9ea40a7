#if MongoDB
import Desk

extension AccountDocuments {
    private static let batch = 100

    static func encode(_ record: AccountRecord) -> BSONDocument {
        var document = encode(record.account)
        document["revision"] = .int(record.revision)
        document["link"] = record.link.map { link in
            ["tokenHash": .string(link.tokenHash.rawValue), "expiresAt": link.expiresAt.bson]
        }
        document["sessions"] = .array(record.sessions.map { .document(encode($0)) })
        document["writes"] = .array(record.writes.map { .string($0) })
        document["audit"] = record.audit.isEmpty ? nil : .array(record.audit)
        return document
    }

    private static func encode(_ session: LoginSession) -> BSONDocument {
        [
            "_id": .string(session.id.rawValue), "createdAt": session.createdAt.bson,
            "lastUsedAt": session.lastUsedAt.bson, "browser": session.browser.map { .string($0) },
            "expiresAt": session.expiresAt.bson, "endedAt": session.endedAt?.bson,
            "endReason": session.endReason.map { .string($0.rawValue) }, "changedAt": session.changedAt.bson,
        ]
    }

    static func decodeRecord(_ document: BSONDocument) throws(MongoError) -> AccountRecord {
        var record = AccountRecord(account: try decode(document))
        record.revision = try document.number("revision")
        if let link = document["link"]?.document {
            record.link = PasswordLink(
                tokenHash: PasswordLink.TokenHash(rawValue: try link.text("tokenHash")),
                expiresAt: try link.moment("expiresAt")
            )
        }
        for session in document["sessions"]?.array?.compactMap(\.document) ?? [] {
            record.sessions.append(try self.session(session, of: record.account.id))
        }
        record.writes = document["writes"]?.array?.compactMap(\.string) ?? []
        record.audit = document["audit"]?.array ?? []
        return record
    }

    private static func session(
        _ document: BSONDocument,
        of account: Account.ID
    ) throws(MongoError) -> LoginSession {
        LoginSession(
            id: LoginSession.ID(rawValue: try document.text("_id")),
            accountID: account,
            createdAt: try document.moment("createdAt"),
            lastUsedAt: try document.moment("lastUsedAt"),
            browser: document["browser"]?.string,
            expiresAt: try document.moment("expiresAt"),
            endedAt: document.optionalMoment("endedAt"),
            endReason: document["endReason"] == nil ? nil : try document.spelled("endReason"),
            changedAt: try document.moment("changedAt")
        )
    }

    static func record(
        _ filter: BSONDocument,
        in database: MongoDatabase
    ) async throws(MongoError) -> AccountRecord? {
        guard let found = try await database.first(in: collection, filter) else { return nil }
        return try decodeRecord(found)
    }

    /// All that fit, by username.
    static func records(
        _ filter: BSONDocument,
        in database: MongoDatabase
    ) async throws(MongoError) -> [AccountRecord] {
        var (records, filter): ([AccountRecord], BSONDocument) = ([], filter)
        while true {
            filter["username"] = ["$gt": .string(records.last?.account.username.rawValue ?? "")]
            let page = try await database.find(in: collection, filter, sort: ["username": 1], limit: batch)
            records += try page.map(decodeRecord)
            if page.count < batch { return records }
        }
    }
}
#endif
