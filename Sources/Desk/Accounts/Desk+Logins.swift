extension Desk {
    /// Begins a login; the password has been verified, and the second factor if there is one.
    ///
    /// - Parameters:
    ///   - verified: The account as it was then. Hashing takes its time, and what was verified may be another by now.
    ///   - browser: For the list of sessions.
    /// - Throws: ``DeskError/unauthorized`` if the account is unknown or disabled by now, or has another password or
    ///   second factor.
    package func beginSession(of verified: Account, browser: String? = nil) async throws(DeskError) -> LoginSession {
        let sessionID = LoginSession.ID(rawValue: makeID())
        let now = now()
        do {
            return try await store.insertSession(of: verified.id) { account throws(DeskError) in
                try AccountRules.begin(sessionID, of: account, verified: verified, browser: browser, at: now)
            }
        } catch .notFound {
            throw .unauthorized
        }
    }

    /// The session and its account, if both are in force.
    ///
    /// - Throws: ``DeskError/unauthorized`` if it is unknown, ended or expired, or the account disabled.
    package func login(_ id: LoginSession.ID) async throws(DeskError) -> Login {
        guard let login = try await store.login(id), login.isActive(at: now()) else { throw .unauthorized }
        return login
    }

    /// Lengthens a session to 12 hours from now, 30 days from its login at most.
    ///
    /// - Throws: ``DeskError/unauthorized`` as ``login(_:)``.
    package func renewSession(_ id: LoginSession.ID) async throws(DeskError) -> LoginSession {
        let now = now()
        do {
            return try await store.changeSession(id) { login throws(DeskError) in
                Audited(try AccountRules.renew(login, at: now))
            }
        } catch .notFound {
            throw .unauthorized
        }
    }

    /// Remembers that a session is in use, if the store does not know it well enough. Nothing depends on it: trouble
    /// of the store is left for whoever comes next.
    package func noteUse(of session: LoginSession) async {
        let now = now()
        guard session.lastUsedAt.advanced(by: LoginSession.usePrecision) <= now else { return }
        _ = try? await store.changeSession(session.id) { login throws(DeskError) in
            Audited(AccountRules.use(login, at: now))
        }
    }

    /// The logins in force, those last used first, at most ``longestSessionList``.
    ///
    /// - Parameters:
    ///   - id: Of this account; nil for all.
    ///   - principal: Agents see their own, admins all.
    /// - Throws: ``DeskError/forbidden``.
    package func logins(of id: Account.ID?, for principal: Principal) async throws(DeskError) -> [Login] {
        try authorize(principal, to: principal.owns(id) ? .manageOwnSessions : .manageAllSessions)
        return try await store.logins(of: id, activeAt: now(), limit: Self.longestSessionList)
    }

    package static var longestSessionList: Int { 500 }

    /// Ends a session that somebody chose from a list.
    ///
    /// - Parameter all: Whether anybody's may be meant. Otherwise somebody else's is as one that is not there.
    /// - Throws: ``DeskError/forbidden``; ``DeskError/notFound`` if there is none in force.
    package func endSession(
        _ id: LoginSession.ID,
        ofAll all: Bool,
        by principal: Principal
    ) async throws(DeskError) {
        try authorize(principal, to: all ? .manageAllSessions : .manageOwnSessions)
        let now = now()
        _ = try await store.changeSession(id) { login throws(DeskError) in
            guard all || principal.owns(login.account.id), login.isActive(at: now) else { throw .notFound }
            return AccountRules.end(login, because: .logout, as: .sessionRevoked, by: principal.actor, at: now)
        }
    }

    /// Ends all sessions of the login's account but this one. Where there is no other, nothing is written.
    package func endOtherSessions(than login: Login) async throws(DeskError) {
        try authorize(login.account.principal, to: .manageOwnSessions)
        let now = now()
        let active = try await store.logins(of: login.account.id, activeAt: now, limit: 2)
        guard active.contains(where: { $0.session.id != login.session.id }) else { return }
        _ = try await store.changeAccount(login.account.id) { facts throws(DeskError) in
            var account = facts.account
            account.changedAt = now
            return AccountDecision(
                account: account,
                endSessions: .logout,
                keepSession: login.session.id,
                audit: AuditEntry(
                    .sessionRevoked,
                    on: .account(account),
                    by: login.account.actor,
                    at: now,
                    detail: "all others"
                )
            )
        }
    }

    /// Ends a session, which is its owner's doing. One that is unknown or has ended is as it should be.
    package func endSession(_ id: LoginSession.ID, because reason: LoginSession.EndReason) async throws(DeskError) {
        let now = now()
        do {
            _ = try await store.changeSession(id) { login throws(DeskError) in
                AccountRules.end(login, because: reason, as: .logout, by: login.account.actor, at: now)
            }
        } catch .notFound {
            return
        }
    }

    /// Ends all sessions of an account; the account stays as it is.
    ///
    /// - Throws: ``DeskError/notFound`` if there is no such account.
    package func endSessions(
        of id: Account.ID,
        because reason: LoginSession.EndReason,
        by actor: Actor
    ) async throws(DeskError) {
        let now = now()
        _ = try await store.changeAccount(id) { facts throws(DeskError) in
            var account = facts.account
            account.changedAt = now
            return AccountDecision(
                account: account,
                endSessions: reason,
                audit: AuditEntry(.sessionRevoked, on: .account(account), by: actor, at: now, detail: "all")
            )
        }
    }

    /// Forgets the sessions that ended or expired longer than ``LoginSession/retention`` ago.
    package func deleteOldSessions() async throws(DeskError) {
        try await store.deleteSessions(endedBefore: now().advanced(by: .zero - LoginSession.retention))
    }

    /// Accounts and login sessions changed at or after `moment`, for the look that every server takes
    /// each 500 ms. Look back 10 s further than the last look: another process has its own clock, and
    /// commits later than it stamps.
    package func accountChanges(since moment: Timestamp) async throws(DeskError) -> AccountChanges {
        try await store.changes(since: moment)
    }
}
