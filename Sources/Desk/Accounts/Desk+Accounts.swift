extension Desk {
    /// - Returns: nil if there is none; a disabled one is returned.
    package func account(_ id: Account.ID) async throws(DeskError) -> Account? {
        try await store.account(id)
    }

    /// For the login: nil if there is none, a disabled one is returned. A name that no account can
    /// have is simply unknown.
    package func account(username: String) async throws(DeskError) -> Account? {
        guard let username = try? Username(username) else { return nil }
        return try await store.account(named: username)
    }

    /// All accounts, by username.
    package func accounts() async throws(DeskError) -> [Account] {
        try await store.accounts()
    }

    /// The accounts that log in, by username, for agents to see who could take a ticket.
    ///
    /// - Throws: ``DeskError/forbidden`` for guests.
    package func colleagues(for principal: Principal) async throws(DeskError) -> [Account] {
        try authorize(principal, to: .listAgents)
        return try await store.accounts().filter { !$0.isDisabled }
    }

    /// Whether an account can have these, taken or not.
    ///
    /// - Throws: ``DeskError/invalid(field:)`` for `username` or `name`.
    package static func checkAccount(username: String, name: String) throws(DeskError) {
        _ = try Username(username)
        _ = try TextRule.name.required(name)
    }

    /// - Parameter passwordHash: A PHC string; the password passed ``PasswordPolicy`` before.
    /// - Throws: ``DeskError/invalid(field:)`` for `username`, `name` or `role` (guest);
    ///   ``DeskError/conflict`` if the username is taken.
    package func createAccount(
        username: String,
        name: String,
        role: Role,
        passwordHash: String,
        by actor: Actor
    ) async throws(DeskError) -> Account {
        let account = try draftAccount(username: username, name: name, role: role, passwordHash: passwordHash)
        try await store.insert(account, link: nil, audit: [created(account, by: actor)])
        return account
    }

    /// Disabling ends all login sessions of the account; both are idempotent.
    ///
    /// - Throws: ``DeskError/conflict`` for the last admin who can log in; ``DeskError/notFound``.
    package func setDisabled(
        _ isDisabled: Bool,
        _ id: Account.ID,
        by actor: Actor
    ) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(id) { facts throws(DeskError) in
            try AccountRules.setDisabled(isDisabled, facts: facts, by: actor, at: now)
        }
    }

    /// Another role ends all login sessions of the account.
    ///
    /// - Throws: ``DeskError/invalid(field:)`` with `role` for a guest's; ``DeskError/conflict`` for the last admin
    ///   who can log in; ``DeskError/notFound``.
    package func setRole(_ role: Role, of id: Account.ID, by actor: Actor) async throws(DeskError) -> Account {
        guard role != .guest else { throw .invalid(field: "role") }
        let now = now()
        return try await store.changeAccount(id) { facts throws(DeskError) in
            try AccountRules.setRole(role, facts: facts, by: actor, at: now)
        }
    }

    /// Ends all login sessions of the account.
    ///
    /// - Parameter passwordHash: A PHC string; the password passed ``PasswordPolicy`` before.
    package func resetPassword(
        of id: Account.ID,
        to passwordHash: String,
        by actor: Actor
    ) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(id) { facts throws(DeskError) in
            AccountRules.resetPassword(to: passwordHash, facts: facts, by: actor, at: now)
        }
    }

    /// Ends the other login sessions of the account; the one that asks goes on.
    ///
    /// - Parameters:
    ///   - login: Who asks; the old password was verified against its account's hash.
    ///   - passwordHash: A PHC string; the password passed ``PasswordPolicy`` before.
    /// - Throws: ``DeskError/unauthorized`` if the password has changed since.
    package func changePassword(of login: Login, to passwordHash: String) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(login.account.id) { facts throws(DeskError) in
            try AccountRules.changeOwnPassword(
                from: login.account.passwordHash,
                to: passwordHash,
                keeping: login.session.id,
                facts: facts,
                at: now
            )
        }
    }

    func created(_ account: Account, by actor: Actor) -> AuditEntry {
        let (role, now) = (account.role.rawValue, account.createdAt)
        return AuditEntry(.accountCreated, on: .account(account), by: actor, at: now, detail: role)
    }

    func draftAccount(
        username: String,
        name: String,
        role: Role,
        passwordHash: String
    ) throws(DeskError) -> Account {
        guard role != .guest else { throw .invalid(field: "role") }
        let now = now()
        return Account(
            id: Account.ID(rawValue: makeID()),
            username: try Username(username),
            name: try TextRule.name.required(name),
            role: role,
            passwordHash: passwordHash,
            isDisabled: false,
            createdAt: now,
            changedAt: now
        )
    }
}
