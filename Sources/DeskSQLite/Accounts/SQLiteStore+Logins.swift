package import Desk
import GRDB

extension SQLiteStore {
    package func login(_ id: LoginSession.ID) async throws(DeskError) -> Login? {
        try await read { try LoginRows.login(id, in: $0) }
    }

    package func insertSession(
        of id: Account.ID,
        rule: @escaping @Sendable (Account) throws(DeskError) -> Audited<LoginSession>
    ) async throws(DeskError) -> LoginSession {
        try await commits.write { db in
            guard let account = try AccountRows.account(id, in: db) else { throw DeskError.notFound }
            let decision = try rule(account)
            try LoginRows.insert(decision.value, in: db)
            try AuditRows.insert(decision.audit, in: db)
            return GroupCommit.Outcome(answer: decision.value)
        }
    }

    package func changeSession(
        _ id: LoginSession.ID,
        rule: @escaping @Sendable (Login) throws(DeskError) -> Audited<LoginSession>
    ) async throws(DeskError) -> LoginSession {
        try await commits.write { db in
            guard let login = try LoginRows.login(id, in: db) else { throw DeskError.notFound }
            let decision = try rule(login)
            if decision.value != login.session { try LoginRows.update(decision.value, in: db) }
            try AuditRows.insert(decision.audit, in: db)
            return GroupCommit.Outcome(answer: decision.value)
        }
    }

    package func logins(
        of id: Account.ID?,
        activeAt moment: Timestamp,
        limit: Int
    ) async throws(DeskError) -> [Login] {
        try await read { try LoginRows.logins(of: id, activeAt: moment, limit: limit, in: $0) }
    }

    package func deleteSessions(endedBefore moment: Timestamp) async throws(DeskError) {
        try await commits.write { db in
            GroupCommit.Outcome(answer: try LoginRows.delete(endedBefore: moment, in: db))
        }
    }
}
