/// The decisions about accounts and logins, as pure functions.
enum AccountRules {
    static func setDisabled(
        _ isDisabled: Bool,
        facts: AccountFacts,
        by actor: Actor,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        var account = facts.account
        guard account.isDisabled != isDisabled else { return AccountDecision(account: account) }
        guard !(isDisabled && facts.isLastAdmin) else { throw .conflict }
        account.isDisabled = isDisabled
        account.changedAt = now
        let action = isDisabled ? AuditAction.accountDisabled : .accountEnabled
        return AccountDecision(
            account: account,
            endSessions: isDisabled ? .disabled : nil,
            link: isDisabled ? .revoke : .keep,
            audit: AuditEntry(action, on: .account(account), by: actor, at: now)
        )
    }

    /// A login with another role is another login: those in force end.
    static func setRole(
        _ role: Role,
        facts: AccountFacts,
        by actor: Actor,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        var account = facts.account
        guard account.role != role else { return AccountDecision(account: account) }
        guard !facts.isLastAdmin else { throw .conflict }
        account.role = role
        account.changedAt = now
        return AccountDecision(
            account: account,
            endSessions: .roleChanged,
            audit: AuditEntry(.accountRole, on: .account(account), by: actor, at: now, detail: role.rawValue)
        )
    }

    static func resetPassword(
        to passwordHash: String,
        facts: AccountFacts,
        by actor: Actor,
        at now: Timestamp
    ) -> AccountDecision {
        var account = facts.account
        account.passwordHash = passwordHash
        account.changedAt = now
        return AccountDecision(
            account: account,
            endSessions: .passwordChanged,
            link: .revoke,
            audit: AuditEntry(.passwordReset, on: .account(account), by: actor, at: now)
        )
    }

    /// - Parameter oldHash: That of the password which was verified: of two changes at once, the second is told that
    ///   the password is another one by now.
    static func changeOwnPassword(
        from oldHash: String,
        to passwordHash: String,
        keeping session: LoginSession.ID,
        facts: AccountFacts,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        var account = facts.account
        try check(account, stillHas: oldHash)
        account.passwordHash = passwordHash
        account.changedAt = now
        return AccountDecision(
            account: account,
            endSessions: .passwordChanged,
            keepSession: session,
            link: .revoke,
            audit: AuditEntry(.passwordChanged, on: .account(account), by: account.actor, at: now)
        )
    }

    static func begin(
        _ id: LoginSession.ID,
        of account: Account,
        verified: Account,
        browser: String?,
        at now: Timestamp
    ) throws(DeskError) -> Audited<LoginSession> {
        try check(account, stillHas: verified.passwordHash)
        guard account.secondFactor?.sealedSecret == verified.secondFactor?.sealedSecret else { throw .unauthorized }
        let session = LoginSession(
            id: id,
            accountID: account.id,
            createdAt: now,
            browser: browser,
            expiresAt: now.advanced(by: LoginSession.lifetime),
            changedAt: now
        )
        let entry = AuditEntry(.loginSuccess, on: .account(account), by: account.actor, at: now, detail: browser)
        return Audited(session, entry)
    }

    /// Never shortens a session.
    static func renew(_ login: Login, at now: Timestamp) throws(DeskError) -> LoginSession {
        guard login.isActive(at: now) else { throw .unauthorized }
        var session = login.session
        let end = session.createdAt.advanced(by: LoginSession.longestLifetime)
        session.expiresAt = max(session.expiresAt, min(now.advanced(by: LoginSession.lifetime), end))
        session.lastUsedAt = max(session.lastUsedAt, now)
        session.changedAt = now
        return session
    }

    /// No change that others have to hear of.
    static func use(_ login: Login, at now: Timestamp) -> LoginSession {
        var session = login.session
        session.lastUsedAt = max(session.lastUsedAt, now)
        return session
    }

    /// The first end stands.
    ///
    /// - Parameter action: ``AuditAction/logout`` or ``AuditAction/sessionRevoked``.
    static func end(
        _ login: Login,
        because reason: LoginSession.EndReason,
        as action: AuditAction,
        by actor: Actor,
        at now: Timestamp
    ) -> Audited<LoginSession> {
        var session = login.session
        guard session.endedAt == nil else { return Audited(session) }
        session.endedAt = now
        session.endReason = reason
        session.changedAt = now
        return Audited(
            session,
            AuditEntry(action, on: .account(login.account), by: actor, at: now, detail: session.browser)
        )
    }
}

extension AccountRules {
    /// Who was let in may still act. It is asked in the write itself: hashing a password takes time.
    static func check(_ account: Account, stillHas passwordHash: String) throws(DeskError) {
        guard !account.isDisabled, account.passwordHash == passwordHash else { throw .unauthorized }
    }
}

/// The decisions about second factors.
extension AccountRules {
    /// A code works once, and so do all before it.
    static func useSecondFactor(
        _ proof: SecondFactorProof,
        facts: AccountFacts,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        let account = facts.account
        guard var factor = account.secondFactor else { throw .unauthorized }
        var decision = AccountDecision(account: account)
        switch proof {
        case .step(let step, let secret):
            guard secret == factor.sealedSecret, step > factor.lastStep else { throw .unauthorized }
            factor.lastStep = step
        case .recoveryCode(let hash):
            guard let index = factor.recoveryCodes.firstIndex(of: hash) else { throw .unauthorized }
            factor.recoveryCodes.remove(at: index)
            let left = "\(factor.recoveryCodes.count) left"
            let target = AuditTarget.account(account)
            decision.audit = [AuditEntry(.recoveryCodeUsed, on: target, by: account.actor, at: now, detail: left)]
        }
        decision.account.secondFactor = factor
        decision.account.changedAt = now
        return decision
    }

    /// In place of an older one only once that was taken away.
    static func setUp(
        _ factor: SecondFactor,
        verified: Account,
        facts: AccountFacts,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        var account = facts.account
        try check(account, stillHas: verified.passwordHash)
        guard account.secondFactor == nil else { throw .conflict }
        account.secondFactor = factor
        account.changedAt = now
        return AccountDecision(
            account: account,
            audit: AuditEntry(.secondFactorSet, on: .account(account), by: account.actor, at: now)
        )
    }

    static func replaceRecoveryCodes(
        with hashes: [String],
        verified: Account,
        facts: AccountFacts,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        var account = facts.account
        try check(account, stillHas: verified.passwordHash)
        guard account.secondFactor != nil else { throw .conflict }
        account.secondFactor?.recoveryCodes = hashes
        account.changedAt = now
        return AccountDecision(
            account: account,
            audit: AuditEntry(.recoveryCodesRenewed, on: .account(account), by: account.actor, at: now)
        )
    }

    /// Whoever must have a second factor may not take the own one away.
    static func removeSecondFactor(
        facts: AccountFacts,
        by actor: Actor,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        var account = facts.account
        let isOwn = if case .account(account.id, _) = actor { true } else { false }
        guard !(isOwn && account.requiresSecondFactor) else { throw .forbidden }
        guard account.secondFactor != nil else { return AccountDecision(account: account) }
        account.secondFactor = nil
        account.changedAt = now
        return AccountDecision(
            account: account,
            audit: AuditEntry(.secondFactorRemoved, on: .account(account), by: actor, at: now)
        )
    }

    static func requireSecondFactor(
        _ isRequired: Bool,
        facts: AccountFacts,
        by actor: Actor,
        at now: Timestamp
    ) -> AccountDecision {
        var account = facts.account
        guard account.requiresSecondFactor != isRequired else { return AccountDecision(account: account) }
        account.requiresSecondFactor = isRequired
        account.changedAt = now
        let detail = isRequired ? "on" : "off"
        return AccountDecision(
            account: account,
            audit: AuditEntry(.secondFactorRequired, on: .account(account), by: actor, at: now, detail: detail)
        )
    }
}
