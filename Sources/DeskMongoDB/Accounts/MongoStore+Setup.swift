#if MongoDB
package import Desk

/// How the first account comes to be, whoever makes it: what counts is the document of the setup, which has the account
/// until that stands among the others.
struct SetupRecord: Sendable {
    static let collection = "setup"

    /// 0: there is no document yet.
    var revision = 0
    var link: SetupLink?
    var first: BSONDocument?
    /// There is an account, and there always will be.
    var isDone = false

    func after(_ link: SetupLink) -> SetupRecord { SetupRecord(revision: revision + 1, link: link) }

    /// - Parameter first: The document of the first account.
    func after(_ first: BSONDocument) -> SetupRecord { SetupRecord(revision: revision + 1, first: first) }

    static func read(in database: MongoDatabase) async throws(MongoError) -> SetupRecord {
        guard let found = try await database.first(in: collection, ["_id": .string(collection)]) else {
            return SetupRecord()
        }
        var record = SetupRecord(revision: try found.number("revision"))
        if let link = found["link"]?.document {
            record.link = SetupLink(
                tokenHash: SetupLink.TokenHash(rawValue: try link.text("tokenHash")),
                expiresAt: try link.moment("expiresAt")
            )
        }
        record.first = found["first"]?.document
        record.isDone = try found.flag("isDone")
        return record
    }

    /// - Returns: False if another one was first.
    func replace(by next: SetupRecord, in database: MongoDatabase) async throws(MongoError) -> Bool {
        let link = next.link.map { link -> BSONDocument in
            ["tokenHash": .string(link.tokenHash.rawValue), "expiresAt": link.expiresAt.bson]
        }
        return try await database.replace(
            [
                "_id": .string(Self.collection), "revision": .int(next.revision),
                "link": link.map { .document($0) }, "first": next.first.map { .document($0) },
                "isDone": .bool(next.isDone),
            ],
            from: revision,
            in: Self.collection
        )
    }
}

extension MongoStore {
    package func replaceSetupLink(with link: SetupLink) async throws(DeskError) {
        try await attempt {
            var failures = 0
            for _ in 0..<Self.maximumAttempts {
                let setup = try await self.finishedSetup()
                guard !setup.isDone else { throw DeskError.conflict }
                do {
                    if try await setup.replace(by: setup.after(link), in: self.database) { return }
                } catch MongoError.unreachable(let code) {
                    // Doing it twice is as good as once.
                    failures += 1
                    guard failures < Self.maximumFailures else { throw MongoError.unreachable(code: code) }
                }
            }
            throw MongoError.busy
        }
    }

    package func setupLink(_ tokenHash: SetupLink.TokenHash) async throws(DeskError) -> SetupLink? {
        try await attempt {
            let link = try await self.finishedSetup().link
            return link?.tokenHash == tokenHash ? link : nil
        }
    }

    package func insertFirstAccount(
        using tokenHash: SetupLink.TokenHash,
        rule: @escaping @Sendable (SetupLink) throws(DeskError) -> Audited<Account>
    ) async throws(DeskError) -> Account {
        try await attempt {
            let account = try await self.commitFirstAccount(using: tokenHash, rule)
            await self.finishCommittedSetup()
            await self.copyAudit(in: AccountDocuments.collection, of: account.id.rawValue)
            return account
        }
    }

    private func commitFirstAccount(
        using tokenHash: SetupLink.TokenHash,
        _ rule: (SetupLink) throws(DeskError) -> Audited<Account>
    ) async throws -> Account {
        var (unknown, failures) = (Account?.none, 0)
        for _ in 0..<Self.maximumAttempts {
            let setup = try await finishedSetup()
            if let unknown, try await AccountDocuments.account(unknown.id, in: database) != nil { return unknown }
            guard let link = setup.link, link.tokenHash == tokenHash else { throw DeskError.notFound }
            let decision = try rule(link)
            var record = AccountRecord(account: decision.value)
            record.add(decision.audit)
            do {
                let next = setup.after(AccountDocuments.encode(record))
                guard try await setup.replace(by: next, in: database) else { continue }
                try Self.reached(.firstDecided)
                return decision.value
            } catch MongoError.unreachable(let code) {
                (unknown, failures) = (decision.value, failures + 1)
                guard failures < Self.maximumFailures else { throw MongoError.unreachable(code: code) }
            }
        }
        throw MongoError.busy
    }

    /// The setup, with the first account where it belongs.
    func finishedSetup() async throws -> SetupRecord {
        for _ in 0..<Self.maximumAttempts {
            let setup = try await SetupRecord.read(in: database)
            guard let first = setup.first else { return setup }
            try await database.ensure(first, in: AccountDocuments.collection)
            try Self.reached(.firstStored)
            let done = SetupRecord(revision: setup.revision + 1, isDone: true)
            _ = try await setup.replace(by: done, in: database)
        }
        throw MongoError.busy
    }

    /// If this fails, whoever looks for an account does it.
    func finishCommittedSetup() async {
        do {
            _ = try await finishedSetup()
        } catch {
            // Nothing is lost: see above.
        }
    }
}
#endif
