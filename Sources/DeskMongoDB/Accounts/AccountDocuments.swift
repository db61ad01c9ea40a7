#if MongoDB
import Desk

/// Accounts as documents, and back.
enum AccountDocuments {
    static let collection = "accounts"
    /// Those of the account itself.
    private static let fields = [
        "username", "name", "role", "passwordHash", "isDisabled", "requiresSecondFactor", "secondFactor", "createdAt",
        "changedAt",
    ]

    static func encode(_ account: Account) -> BSONDocument {
        let factor = account.secondFactor.map { factor -> BSONDocument in
            [
                "sealedSecret": .string(factor.sealedSecret), "lastStep": .int(factor.lastStep),
                "recoveryCodes": .array(factor.recoveryCodes.map { .string($0) }),
            ]
        }
        return [
            "_id": .string(account.id.rawValue), "username": .string(account.username.rawValue),
            "name": .string(account.name), "role": .string(account.role.rawValue),
            "passwordHash": .string(account.passwordHash), "isDisabled": .bool(account.isDisabled),
            "requiresSecondFactor": .bool(account.requiresSecondFactor),
            "secondFactor": factor.map { .document($0) }, "createdAt": account.createdAt.bson,
            "changedAt": account.changedAt.bson,
        ]
    }

    static func decode(_ document: BSONDocument) throws(MongoError) -> Account {
        var account = Account(
            id: Account.ID(rawValue: try document.text("_id")),
            username: Username(stored: try document.text("username")),
            name: try document.text("name"),
            role: try document.spelled("role"),
            passwordHash: try document.text("passwordHash"),
            isDisabled: try document.flag("isDisabled"),
            requiresSecondFactor: try document.flag("requiresSecondFactor"),
            createdAt: try document.moment("createdAt"),
            changedAt: try document.moment("changedAt")
        )
        if let factor = document["secondFactor"]?.document {
            account.secondFactor = SecondFactor(
                sealedSecret: try factor.text("sealedSecret"),
                lastStep: Int64(try factor.number("lastStep")),
                recoveryCodes: factor["recoveryCodes"]?.array?.compactMap(\.string) ?? []
            )
        }
        return account
    }

    /// Without what only changes together with it, which may be much.
    static func account(_ id: Account.ID, in database: MongoDatabase) async throws(MongoError) -> Account? {
        try await database.find(in: collection, ["_id": .string(id.rawValue)], limit: 1, fields: fields)
            .map(decode).first
    }
}
#endif
