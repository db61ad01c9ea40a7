#if MongoDB
package import Desk

extension MongoStore {
    package func login(_ id: LoginSession.ID) async throws(DeskError) -> Login? {
        try await attempt { try await self.record(with: id)?.login(id) }
    }

    private func record(with id: LoginSession.ID) async throws(MongoError) -> AccountRecord? {
        try await AccountDocuments.record(["sessions._id": .string(id.rawValue)], in: database)
    }

    package func insertSession(
        of id: Account.ID,
        rule: @escaping @Sendable (Account) throws(DeskError) -> Audited<LoginSession>
    ) async throws(DeskError) -> LoginSession {
        try await changeRecord(of: id) { record in
            let decision = try rule(record.account)
            var next = record
            next.begin(decision.value)
            next.add(decision.audit)
            return AccountWrite(next: next, answer: decision.value)
        }
    }

    package func changeSession(
        _ id: LoginSession.ID,
        rule: @escaping @Sendable (Login) throws(DeskError) -> Audited<LoginSession>
    ) async throws(DeskError) -> LoginSession {
        let found = try await login(id)
        guard let found else { throw .notFound }
        return try await changeRecord(of: found.account.id) { record in
            guard let login = record.login(id) else { throw DeskError.notFound }
            let decision = try rule(login)
            let isNew = decision.value != login.session || decision.audit != nil
            var next = record
            next.replace(decision.value)
            next.add(decision.audit)
            return AccountWrite(next: isNew ? next : nil, answer: decision.value)
        }
    }

    package func logins(
        of id: Account.ID?,
        activeAt moment: Timestamp,
        limit: Int
    ) async throws(DeskError) -> [Login] {
        try await attempt {
            var filter: BSONDocument = ["sessions.expiresAt": ["$gt": moment.bson]]
            filter["_id"] = id.map { .string($0.rawValue) }
            let logins = try await AccountDocuments.records(filter, in: self.database)
                .flatMap { record in
                    record.sessions.map { Login(session: $0, account: record.account) }
                }
            return Array(logins.filter { $0.isActive(at: moment) }.sorted(by: Self.isUsedLater).prefix(limit))
        }
    }

    private static func isUsedLater(_ one: Login, _ other: Login) -> Bool {
        let (one, other) = (one.session, other.session)
        if one.lastUsedAt != other.lastUsedAt { return one.lastUsedAt > other.lastUsedAt }
        if one.createdAt != other.createdAt { return one.createdAt > other.createdAt }
        return one.id.rawValue < other.id.rawValue
    }

    package func deleteSessions(endedBefore moment: Timestamp) async throws(DeskError) {
        try await attempt {
            for field in ["expiresAt", "endedAt"] {
                // Whoever is writing to the account starts over.
                try await self.database.updateAll(
                    in: AccountDocuments.collection,
                    ["sessions.\(field)": ["$lt": moment.bson]],
                    [
                        "$pull": ["sessions": .document([field: ["$lt": moment.bson]])],
                        "$inc": ["revision": 1],
                    ]
                )
            }
        }
    }
}
#endif
