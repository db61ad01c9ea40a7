/// What a rule about an account may look at, read inside the write.
package struct AccountFacts: Sendable {
    package var account: Account
    /// Admins who are not disabled, this account included if it is one of them.
    package var enabledAdmins: Int

    package init(account: Account, enabledAdmins: Int) {
        self.account = account
        self.enabledAdmins = enabledAdmins
    }
}

/// What a rule about an account decided.
package struct AccountDecision: Sendable {
    package var account: Account
    /// Ends all active login sessions of the account, in the same write, at `account.changedAt`.
    package var endSessions: LoginSession.EndReason?
    /// The one that goes on all the same.
    package var keepSession: LoginSession.ID?

    package init(
        account: Account,
        endSessions: LoginSession.EndReason? = nil,
        keepSession: LoginSession.ID? = nil
    ) {
        self.account = account
        self.endSessions = endSessions
        self.keepSession = keepSession
    }
}

/// Accounts and login sessions that changed.
package struct AccountChanges: Sendable, Equatable {
    package var accounts: [Account]
    package var sessions: [LoginSession]

    package init(accounts: [Account], sessions: [LoginSession]) {
        self.accounts = accounts
        self.sessions = sessions
    }
}

/// The store's part for accounts, login sessions, guests and the setup link.
///
/// Rules are pure and quick: they run inside the write, and may run again if the store has to start over.
package protocol AccountStore: Sendable {
    func account(_ id: Account.ID) async throws(DeskError) -> Account?
    func account(named username: Username) async throws(DeskError) -> Account?
    /// All accounts, by username.
    func accounts() async throws(DeskError) -> [Account]

    /// - Throws: ``DeskError/conflict`` if the username is taken.
    func insert(_ account: Account) async throws(DeskError)

    /// - Throws: ``DeskError/notFound`` if there is none; whatever `rule` throws.
    func changeAccount(
        _ id: Account.ID,
        rule: @escaping @Sendable (AccountFacts) throws(DeskError) -> AccountDecision
    ) async throws(DeskError) -> Account

    func login(_ id: LoginSession.ID) async throws(DeskError) -> Login?

    /// - Throws: ``DeskError/notFound`` if there is no such account; whatever `rule` throws.
    func insertSession(
        of id: Account.ID,
        rule: @escaping @Sendable (Account) throws(DeskError) -> LoginSession
    ) async throws(DeskError) -> LoginSession

    /// - Throws: ``DeskError/notFound`` if there is none; whatever `rule` throws.
    func changeSession(
        _ id: LoginSession.ID,
        rule: @escaping @Sendable (Login) throws(DeskError) -> LoginSession
    ) async throws(DeskError) -> LoginSession

    /// The logins in force at that moment, those last used first; of one account or of all.
    ///
    /// - Parameter limit: No more than these.
    func logins(
        of id: Account.ID?,
        activeAt moment: Timestamp,
        limit: Int
    ) async throws(DeskError) -> [Login]

    /// Deletes the sessions that ended or expired before `moment`.
    func deleteSessions(endedBefore moment: Timestamp) async throws(DeskError)

    /// Everything with `changedAt` at or after `moment`.
    func changes(since moment: Timestamp) async throws(DeskError) -> AccountChanges

    /// Stores the link in place of every older one.
    ///
    /// - Throws: ``DeskError/conflict`` if there is an account.
    func replaceSetupLink(with link: SetupLink) async throws(DeskError)

    /// The link, as long as there is no account.
    func setupLink(_ tokenHash: SetupLink.TokenHash) async throws(DeskError) -> SetupLink?

    /// Stores the first account and uses up the link, both or neither.
    ///
    /// - Throws: ``DeskError/notFound`` if there is no such link or already an account; whatever
    ///   `rule` throws.
    func insertFirstAccount(
        using tokenHash: SetupLink.TokenHash,
        rule: @escaping @Sendable (SetupLink) throws(DeskError) -> Account
    ) async throws(DeskError) -> Account

    func guest(_ id: Guest.ID) async throws(DeskError) -> Guest?
}
