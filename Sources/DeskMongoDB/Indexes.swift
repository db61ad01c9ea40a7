#if MongoDB
/// What the database must have before anything is written: a server that starts sees to it, and another one with the
/// same name but other fields is refused by MongoDB.
enum Indexes {
    static func make(in client: MongoClient) async throws(MongoError) {
        for (collection, indexes) in all {
            _ = try await client.write(["createIndexes": .string(collection), "indexes": .array(indexes)])
        }
    }

    private static let all: [(String, [BSONValue])] = [
        (
            "tickets",
            [
                index("retry", ["customerId": 1, "clientId": 1], unique: true, where: "clientId"),
                index("number", ["number": 1], unique: true),
                index("customer", ["customerId": 1, "status": 1, "activityAt": -1, "number": -1]),
                index("activity", ["status": 1, "activityAt": -1, "number": -1]),
                index("assignee", ["assigneeId": 1, "status": 1, "activityAt": -1, "number": -1]),
                index("created", ["customerId": 1, "createdAt": -1]),
            ]
        ),
        ("accounts", [index("username", ["username": 1], unique: true)]),
        (
            "messages",
            [
                index("seq", ["ticketId": 1, "seq": 1], unique: true),
                index("retry", ["clientId": 1, "ticketId": 1, "senderId": 1], unique: true, where: "clientId"),
            ]
        ),
    ]

    /// - Parameter field: Only documents that have it are in the index.
    private static func index(
        _ name: BSONValue,
        _ key: BSONValue,
        unique: Bool = false,
        where field: String? = nil
    ) -> BSONValue {
        var condition: BSONDocument?
        if let field { condition = [field: ["$exists": true]] }
        return .document([
            "name": name, "key": key, "unique": unique ? true : nil,
            "partialFilterExpression": condition.map { .document($0) },
        ])
    }
}
#endif
