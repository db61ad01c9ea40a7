#if MongoDB
/// What the database must have before anything is written: a server that starts sees to it, and another one with the
/// same name but other fields is refused by MongoDB.
enum Indexes {
    static func make(in client: MongoClient) async throws(MongoError) {
        let waiting = index("audit", ["audit._id": 1], where: "audit._id")
        for (collection, indexes) in all + AuditDocuments.sources.map({ ($0, [waiting]) }) {
            _ = try await client.write(["createIndexes": .string(collection), "indexes": .array(indexes)])
        }
    }

    private static let all: [(String, [BSONValue])] = [
        (
            "tickets",
            [
                index("retry", ["customerId": 1, "clientId": 1], unique: true, where: "clientId"),
                index("number", ["number": 1], unique: true, where: "number"),
                index("customer", ["customerId": 1, "status": 1, "activityAt": -1, "number": -1]),
                index("activity", ["status": 1, "activityAt": -1, "number": -1]),
                index("assignee", ["assigneeId": 1, "status": 1, "activityAt": -1, "number": -1]),
                index("created", ["customerId": 1, "createdAt": -1]),
                index("owned", ["customerId": 1, "number": 1]),
                index("closed", ["status": 1, "closedAt": 1]),
                index("erasure", ["erasure": 1, "erasedUpTo": 1], where: "erasure"),
                index("erased", ["erasedAt": -1], where: "erasedAt", lasting: day),
                index("words", ["words": 1, "place": -1]),
                index("guestWords", ["guestWords": 1, "place": -1]),
            ]
        ),
        (
            "guests",
            [
                index("movesTo", ["movesTo": 1], where: "movesTo"),
                index("erased", ["erasedAt": -1], where: "erasedAt", lasting: day),
            ]
        ),
        (
            "notes",
            [
                index("seq", ["ticketId": 1, "seq": 1], unique: true),
                index("retry", ["clientId": 1, "ticketId": 1, "authorId": 1], unique: true, where: "clientId"),
                index("words", ["words": 1, "place": -1]),
            ]
        ),
        (
            "accounts",
            [
                index("username", ["username": 1], unique: true),
                index("able", ["role": 1, "isDisabled": 1]),
                index("link", ["link.tokenHash": 1], where: "link.tokenHash"),
                index("changed", ["changedAt": 1]),
                index("session", ["sessions._id": 1]),
                index("sessionChanged", ["sessions.changedAt": 1]),
                index("sessionExpiry", ["sessions.expiresAt": 1]),
                index("sessionEnd", ["sessions.endedAt": 1], where: "sessions.endedAt"),
            ]
        ),
        ("audit", [index("number", ["number": -1]), index("action", ["action": 1, "number": -1])]),
        (
            "messages",
            [
                index("seq", ["ticketId": 1, "seq": 1], unique: true),
                index("retry", ["clientId": 1, "ticketId": 1, "senderId": 1], unique: true, where: "clientId"),
                index("words", ["words": 1, "place": -1]),
            ]
        ),
    ]

    private static let day: Int64 = 86_400

    /// - Parameters:
    ///   - field: Only documents that have it are in the index.
    ///   - seconds: MongoDB deletes documents so long after the date that is in the index.
    private static func index(
        _ name: BSONValue,
        _ key: BSONValue,
        unique: Bool = false,
        where field: String? = nil,
        lasting seconds: Int64? = nil
    ) -> BSONValue {
        var condition: BSONDocument?
        if let field { condition = [field: ["$exists": true]] }
        return .document([
            "name": name, "key": key, "unique": unique ? true : nil,
            "partialFilterExpression": condition.map { .document($0) },
            "expireAfterSeconds": seconds.map { .int($0) },
        ])
    }
}
#endif
