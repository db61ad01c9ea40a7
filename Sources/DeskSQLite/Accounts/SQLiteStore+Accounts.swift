package import Desk
import GRDB

extension SQLiteStore {
    package func account(_ id: Account.ID) async throws(DeskError) -> Account? {
        try await read { try AccountRows.account(id, in: $0) }
    }

    package func account(named username: Username) async throws(DeskError) -> Account? {
        try await read { try AccountRows.account(named: username, in: $0) }
    }

    package func accounts() async throws(DeskError) -> [Account] {
        let sql = "SELECT \(AccountRows.columns) FROM \(AccountRows.source) ORDER BY username"
        return try await read { try $0.all(sql) { try AccountRows.decode($0) } }
    }

    package func insert(_ account: Account, link: PasswordLink?, audit: [AuditEntry]) async throws(DeskError) {
        try await commits.write { db in
            try AccountRows.insert(account, in: db)
            if let link { try PasswordLinkRows.apply(.issue(link), to: account.id, in: db) }
            for entry in audit { try AuditRows.insert(entry, in: db) }
            return GroupCommit.Outcome(answer: ())
        }
    }

    package func changeAccount(
        _ id: Account.ID,
        rule: @escaping @Sendable (AccountFacts) throws(DeskError) -> AccountDecision
    ) async throws(DeskError) -> Account {
        try await commits.write { db in
            guard let account = try AccountRows.account(id, in: db) else { throw DeskError.notFound }
            let facts = AccountFacts(
                account: account,
                ableAdmins: try AccountRows.ableAdmins(in: db),
                link: try PasswordLinkRows.link(of: id, in: db)
            )
            let decision = try rule(facts)
            try PasswordLinkRows.apply(decision.link, to: id, in: db)
            if decision.account != account { try AccountRows.update(decision.account, in: db) }
            if let reason = decision.endSessions {
                try LoginRows.endAll(
                    of: id,
                    except: decision.keepSession,
                    because: reason,
                    at: decision.account.changedAt,
                    in: db
                )
            }
            for entry in decision.audit { try AuditRows.insert(entry, in: db) }
            return GroupCommit.Outcome(answer: decision.account)
        }
    }

    package func changes(since moment: Timestamp) async throws(DeskError) -> AccountChanges {
        let sql = """
            SELECT \(AccountRows.columns) FROM \(AccountRows.source)
            WHERE accounts.changedAt >= ? ORDER BY accounts.changedAt
            """
        return try await read { db in
            AccountChanges(
                accounts: try db.all(sql, [moment.milliseconds]) { try AccountRows.decode($0) },
                sessions: try LoginRows.changed(since: moment, in: db)
            )
        }
    }

}
