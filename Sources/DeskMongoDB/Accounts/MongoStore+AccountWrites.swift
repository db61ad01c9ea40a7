#if MongoDB
import Desk

/// What is written of an account.
struct AccountWrite<Answer: Sendable>: Sendable {
    /// Nil: nothing changes.
    var next: AccountRecord?
    var answer: Answer
    /// As it was before the able admins were counted, for a write that may leave one fewer.
    var watch: AdminWatch?
}

/// The one write for accounts and their logins: as for tickets, the account's own document counts, replaced only if it
/// is still the one that was looked at.
extension MongoStore {
    func changeRecord<Answer: Sendable>(
        of id: Account.ID,
        _ decide: @escaping @Sendable (AccountRecord) async throws -> AccountWrite<Answer>
    ) async throws(DeskError) -> Answer {
        try await attempt {
            try await self.turns.take(id.rawValue) {
                let answer = try await self.commit(id, decide)
                await self.copyAudit(in: AccountDocuments.collection, of: id.rawValue)
                return answer
            }
        }
    }

    private func commit<Answer: Sendable>(
        _ id: Account.ID,
        _ decide: (AccountRecord) async throws -> AccountWrite<Answer>
    ) async throws -> Answer {
        var generator = SystemRandomNumberGenerator()
        let id = BSONValue.string(id.rawValue)
        let write = RandomID.make(using: &generator)
        var (unknown, failures) = (Answer?.none, 0)
        for _ in 0..<Self.maximumAttempts {
            guard let record = try await accountRecord(["_id": id]) else { throw DeskError.notFound }
            if let unknown, record.writes.contains(write) { return unknown }
            let decision = try await decide(record)
            guard var next = decision.next else { return decision.answer }
            next.note(write)
            let losesAdmin = record.account.isAbleAdmin && !next.account.isAbleAdmin
            do {
                var intended: AdminWatch?
                if losesAdmin, let watch = decision.watch {
                    intended = try await intend(AdminWatch.Intent(of: record), after: watch)
                    guard intended != nil else { continue }
                    try Self.reached(.intended)
                }
                let isDone = try await database.replace(
                    AccountDocuments.encode(next),
                    from: record.revision,
                    in: AccountDocuments.collection
                )
                guard isDone else { continue }
                try Self.reached(.accountChanged)
                if let intended { await clear(intended) }
                return decision.answer
            } catch MongoError.unreachable(let code) {
                (unknown, failures) = (decision.answer, failures + 1)
                guard failures < Self.maximumFailures else { throw MongoError.unreachable(code: code) }
            }
        }
        throw MongoError.busy
    }

    /// The account that fits, also if it is the first one and a crash has left it where the setup put it.
    func accountRecord(_ filter: BSONDocument) async throws -> AccountRecord? {
        if let found = try await AccountDocuments.record(filter, in: database) { return found }
        _ = try await finishedSetup()
        return try await AccountDocuments.record(filter, in: database)
    }
}
#endif
