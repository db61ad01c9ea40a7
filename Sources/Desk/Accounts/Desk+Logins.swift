extension Desk {
    /// Begins a login; the password has been verified.
    ///
    /// - Throws: ``DeskError/unauthorized`` if the account is unknown or disabled by now.
    package func beginSession(of id: Account.ID) async throws(DeskError) -> LoginSession {
        let sessionID = LoginSession.ID(rawValue: makeID())
        let now = now()
        do {
            return try await store.insertSession(of: id) { account throws(DeskError) in
                try AccountRules.begin(sessionID, of: account, at: now)
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
                try AccountRules.renew(login, at: now)
            }
        } catch .notFound {
            throw .unauthorized
        }
    }

    /// Ends a session. One that is unknown or has ended is as it should be.
    package func endSession(_ id: LoginSession.ID, because reason: LoginSession.EndReason) async throws(DeskError) {
        let now = now()
        do {
            _ = try await store.changeSession(id) { login throws(DeskError) in
                AccountRules.end(login, because: reason, at: now)
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
        because reason: LoginSession.EndReason
    ) async throws(DeskError) {
        let now = now()
        _ = try await store.changeAccount(id) { facts throws(DeskError) in
            var account = facts.account
            account.changedAt = now
            return AccountDecision(account: account, endSessions: reason)
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
