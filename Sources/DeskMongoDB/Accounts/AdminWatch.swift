#if MongoDB
import Desk

/// One admin who can let others in must be left, and that is a rule about many documents. So whoever is about to leave
/// one fewer says so in this one before they do it, and only if nobody else has since they counted.
struct AdminWatch: Sendable {
    /// That an account, as of that revision, ceases to be an able admin.
    struct Intent: Sendable {
        let accountID: String
        let revision: Int

        init(accountID: String, revision: Int) {
            self.accountID = accountID
            self.revision = revision
        }

        init(of record: AccountRecord) {
            self.init(accountID: record.account.id.rawValue, revision: record.revision)
        }
    }

    static let collection = "adminWatch"

    /// 0: there is no document yet.
    var revision = 0
    /// Of somebody who may be about to carry it out, or has.
    var intent: Intent?

    func after(_ intent: Intent?) -> AdminWatch {
        AdminWatch(revision: revision + 1, intent: intent)
    }

    static func read(in database: MongoDatabase) async throws(MongoError) -> AdminWatch {
        guard let found = try await database.first(in: collection, ["_id": .string(collection)]) else {
            return AdminWatch()
        }
        var watch = AdminWatch(revision: try found.number("revision"))
        if let intent = found["intent"]?.document {
            watch.intent = Intent(accountID: try intent.text("accountId"), revision: try intent.number("revision"))
        }
        return watch
    }

    /// - Returns: False if another one was first.
    func replace(by next: AdminWatch, in database: MongoDatabase) async throws(MongoError) -> Bool {
        let intent = next.intent.map { intent -> BSONDocument in
            ["accountId": .string(intent.accountID), "revision": .int(intent.revision)]
        }
        return try await database.replace(
            [
                "_id": .string(Self.collection), "revision": .int(next.revision),
                "intent": intent.map { .document($0) },
            ],
            from: revision,
            in: Self.collection
        )
    }
}

extension MongoStore {
    /// How long somebody has to carry out an intent before it is made void.
    private static let intentPatience = Duration.milliseconds(50)

    /// The watch without an intent: what is counted after this holds as long as the watch is the same one.
    func freeAdminWatch() async throws -> AdminWatch {
        var met: Int?
        for _ in 0..<Self.maximumAttempts {
            let watch = try await AdminWatch.read(in: database)
            guard let intent = watch.intent else { return watch }
            guard met == watch.revision else {
                met = watch.revision
                try await Task.sleep(for: Self.intentPatience)
                continue
            }
            // If it has been carried out, this finds nothing; if not, it cannot be from now on.
            try await database.updateAll(
                in: AccountDocuments.collection,
                ["_id": .string(intent.accountID), "revision": .int(intent.revision)],
                ["$inc": ["revision": 1]]
            )
            try Self.reached(.intentVoid)
            _ = try await watch.replace(by: watch.after(nil), in: database)
        }
        throw MongoError.busy
    }

    func ableAdmins() async throws(MongoError) -> Int {
        try await database.count(
            in: AccountDocuments.collection,
            ["role": .string(Role.admin.rawValue), "isDisabled": false, "passwordHash": ["$gt": ""]]
        )
    }

    /// - Returns: Nil if there has been another intent since `watch` was read.
    func intend(_ intent: AdminWatch.Intent, after watch: AdminWatch) async throws(MongoError) -> AdminWatch? {
        let next = watch.after(intent)
        return try await watch.replace(by: next, in: database) ? next : nil
    }

    /// After it has been carried out. If this fails, the next one who reads the watch does it.
    func clear(_ watch: AdminWatch) async {
        do {
            _ = try await watch.replace(by: watch.after(nil), in: database)
        } catch {
            // Nothing is lost: see above.
        }
    }
}
#endif
