/// The decisions about accounts and logins, as pure functions.
enum AccountRules {
    static func setDisabled(
        _ isDisabled: Bool,
        facts: AccountFacts,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        var account = facts.account
        guard account.isDisabled != isDisabled else { return AccountDecision(account: account) }
        let isLastAdmin = account.role == .admin && facts.enabledAdmins <= 1
        guard !(isDisabled && isLastAdmin) else { throw .conflict }
        account.isDisabled = isDisabled
        account.changedAt = now
        return AccountDecision(account: account, endSessions: isDisabled ? .disabled : nil)
    }

    static func resetPassword(to passwordHash: String, facts: AccountFacts, at now: Timestamp) -> AccountDecision {
        var account = facts.account
        account.passwordHash = passwordHash
        account.changedAt = now
        return AccountDecision(account: account, endSessions: .passwordChanged)
    }

    static func begin(
        _ id: LoginSession.ID,
        of account: Account,
        at now: Timestamp
    ) throws(DeskError) -> LoginSession {
        guard !account.isDisabled else { throw .unauthorized }
        return LoginSession(
            id: id,
            accountID: account.id,
            createdAt: now,
            expiresAt: now.advanced(by: LoginSession.lifetime),
            changedAt: now
        )
    }

    /// Never shortens a session.
    static func renew(_ login: Login, at now: Timestamp) throws(DeskError) -> LoginSession {
        guard login.isActive(at: now) else { throw .unauthorized }
        var session = login.session
        let end = session.createdAt.advanced(by: LoginSession.longestLifetime)
        session.expiresAt = max(session.expiresAt, min(now.advanced(by: LoginSession.lifetime), end))
        session.changedAt = now
        return session
    }

    /// The first end stands.
    static func end(_ login: Login, because reason: LoginSession.EndReason, at now: Timestamp) -> LoginSession {
        var session = login.session
        guard session.endedAt == nil else { return session }
        session.endedAt = now
        session.endReason = reason
        session.changedAt = now
        return session
    }
}
