/// What a rule about an account may look at, read inside the write.
package struct AccountFacts: Sendable {
    package var account: Account
    /// How many are ``Account/isAbleAdmin``, this account included if it is one of them.
    package var ableAdmins: Int
    /// In force or not.
    package var link: PasswordLink?

    package init(account: Account, ableAdmins: Int, link: PasswordLink? = nil) {
        self.account = account
        self.ableAdmins = ableAdmins
        self.link = link
    }

    var isLastAdmin: Bool { account.isAbleAdmin && ableAdmins <= 1 }

    /// What a further rule of the same write has to look at.
    mutating func adopt(_ changed: Account) {
        ableAdmins += (changed.isAbleAdmin ? 1 : 0) - (account.isAbleAdmin ? 1 : 0)
        account = changed
    }
}

/// What a rule about an account decided.
package struct AccountDecision: Sendable {
    package enum LinkChange: Sendable {
        case keep
        /// In place of an older one.
        case issue(PasswordLink)
        case revoke
    }

    package var account: Account
    /// Ends all active login sessions of the account, in the same write, at `account.changedAt`.
    package var endSessions: LoginSession.EndReason?
    /// The one that goes on all the same.
    package var keepSession: LoginSession.ID?
    /// What becomes of the account's link to a password, in the same write.
    package var link: LinkChange
    /// For the audit log, in the same write. None: nothing happened that anybody has to hear of.
    package var audit: [AuditEntry]

    package init(
        account: Account,
        endSessions: LoginSession.EndReason? = nil,
        keepSession: LoginSession.ID? = nil,
        link: LinkChange = .keep,
        audit: AuditEntry...
    ) {
        self.account = account
        self.endSessions = endSessions
        self.keepSession = keepSession
        self.link = link
        self.audit = audit
    }

    /// Adds what a further rule decided on the account as this one leaves it.
    mutating func follow(with next: AccountDecision) {
        account = next.account
        endSessions = next.endSessions ?? endSessions
        keepSession = next.keepSession ?? keepSession
        if case .keep = next.link {} else { link = next.link }
        audit += next.audit
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
    func insert(_ account: Account, link: PasswordLink?, audit: [AuditEntry]) async throws(DeskError)

    /// - Throws: ``DeskError/notFound`` if there is none; whatever `rule` throws.
    func changeAccount(
        _ id: Account.ID,
        rule: @escaping @Sendable (AccountFacts) throws(DeskError) -> AccountDecision
    ) async throws(DeskError) -> Account

    /// All there are, in force or not.
    func passwordLinks() async throws(DeskError) -> [Account.ID: PasswordLink]

    /// The account with that link, in force or not.
    func linkedAccount(_ tokenHash: PasswordLink.TokenHash) async throws(DeskError) -> LinkedAccount?

    func login(_ id: LoginSession.ID) async throws(DeskError) -> Login?

    /// - Throws: ``DeskError/notFound`` if there is no such account; whatever `rule` throws.
    func insertSession(
        of id: Account.ID,
        rule: @escaping @Sendable (Account) throws(DeskError) -> Audited<LoginSession>
    ) async throws(DeskError) -> LoginSession

    /// - Throws: ``DeskError/notFound`` if there is none; whatever `rule` throws.
    func changeSession(
        _ id: LoginSession.ID,
        rule: @escaping @Sendable (Login) throws(DeskError) -> Audited<LoginSession>
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
        rule: @escaping @Sendable (SetupLink) throws(DeskError) -> Audited<Account>
    ) async throws(DeskError) -> Account

    func standing(of id: Guest.ID) async throws(DeskError) -> GuestStanding

    /// Stores what `rule` decides of a guest whom a site vouches for; tickets and messages move in the same write. Publishes
    /// who retired, then the guest's open tickets, each a version on.
    ///
    /// - Parameters:
    ///   - id: Whom the site vouches for.
    ///   - former: As whom they came; nil if that is not to move.
    /// - Returns: The guest as stored; nil if there is none.
    func adopt(
        _ id: Guest.ID,
        from former: Guest.ID?,
        publish: @escaping Publish,
        rule: @escaping @Sendable (AdoptionFacts) -> Adoption?
    ) async throws(DeskError) -> Guest?

    /// Stores the name and the address that `rule` answers, and publishes the guest's open tickets, each a version on.
    ///
    /// - Throws: ``DeskError/notFound`` for a guest who is not stored; whatever `rule` throws.
    func changeGuest(
        _ id: Guest.ID,
        publish: @escaping Publish,
        rule: @escaping @Sendable (Guest) throws(DeskError) -> Guest
    ) async throws(DeskError) -> Guest
}
