#if MongoDB
package import Desk

extension MongoStore {
    package func account(_ id: Account.ID) async throws(DeskError) -> Account? {
        try await attempt { try await self.accountRecord(["_id": .string(id.rawValue)])?.account }
    }

    package func account(named username: Username) async throws(DeskError) -> Account? {
        try await attempt { try await self.accountRecord(["username": .string(username.rawValue)])?.account }
    }

    package func accounts() async throws(DeskError) -> [Account] {
        try await attempt {
            _ = try await self.finishedSetup()
            return try await AccountDocuments.records([:], in: self.database).map(\.account)
        }
    }

    package func insert(_ account: Account, link: PasswordLink?, audit: [AuditEntry]) async throws(DeskError) {
        try await attempt {
            var record = AccountRecord(account: account, link: link)
            for entry in audit { record.add(entry) }
            try await self.insert(record)
            await self.copyAudit(in: AccountDocuments.collection, of: account.id.rawValue)
        }
    }

    /// The first one as the setup does it, so that nobody else can become that.
    private func insert(_ record: AccountRecord) async throws {
        let document = AccountDocuments.encode(record)
        var failures = 0
        for _ in 0..<Self.maximumAttempts {
            do {
                let setup = try await finishedSetup()
                if setup.isDone {
                    try await database.insert(document, into: AccountDocuments.collection)
                    return
                }
                guard try await setup.replace(by: setup.after(document), in: database) else { continue }
                return await finishCommittedSetup()
            } catch MongoError.duplicateKey {
                // Its own id: one of the tries whose outcome was unknown.
                let own = try await database.first(in: AccountDocuments.collection, ["_id": document["_id"]])
                guard failures > 0, own != nil else { throw DeskError.conflict }
                return
            } catch MongoError.unreachable(let code) {
                failures += 1
                guard failures < Self.maximumFailures else { throw MongoError.unreachable(code: code) }
            }
        }
        throw MongoError.busy
    }

    package func changeAccount(
        _ id: Account.ID,
        rule: @escaping @Sendable (AccountFacts) throws(DeskError) -> AccountDecision
    ) async throws(DeskError) -> Account {
        try await changeRecord(of: id) { record in
            // In this order: see AdminWatch.
            let watch = try await self.freeAdminWatch()
            let admins = try await self.ableAdmins()
            let facts = AccountFacts(account: record.account, ableAdmins: admins, link: record.link)
            let decision = try rule(facts)
            var next = record
            next.apply(decision)
            let isNew = next != record
            return AccountWrite(next: isNew ? next : nil, answer: decision.account, watch: watch)
        }
    }

    package func changes(since moment: Timestamp) async throws(DeskError) -> AccountChanges {
        try await attempt {
            let accounts = try await AccountDocuments.records(["changedAt": ["$gte": moment.bson]], in: self.database)
            let others = try await AccountDocuments.records(
                ["sessions.changedAt": ["$gte": moment.bson]],
                in: self.database
            )
            return AccountChanges(
                accounts: accounts.map(\.account).sorted { $0.changedAt < $1.changedAt },
                sessions: others.flatMap(\.sessions).filter { $0.changedAt >= moment }
                    .sorted { $0.changedAt < $1.changedAt }
            )
        }
    }
}
#endif
