/// What admins do with accounts, and the links under which their owners choose a password.
extension Desk {
    /// All accounts by username, each with its link if that is in force.
    ///
    /// - Throws: ``DeskError/forbidden`` for all but admins.
    package func linkedAccounts(for principal: Principal) async throws(DeskError) -> [LinkedAccount] {
        try authorize(principal, to: .manageAccounts)
        let (accounts, links, now) = (try await store.accounts(), try await store.passwordLinks(), now())
        return accounts.map { LinkedAccount(account: $0, link: links[$0.id], at: now) }
    }

    /// Creates an account without a password, and the link under which its owner chooses one.
    ///
    /// - Throws: ``DeskError/forbidden``; ``DeskError/invalid(field:)`` for `username`, `name` or `role` (guest);
    ///   ``DeskError/conflict`` if the username is taken.
    package func invite(
        username: String,
        name: String,
        role: Role,
        tokenHash: PasswordLink.TokenHash,
        by principal: Principal
    ) async throws(DeskError) -> LinkedAccount {
        try authorize(principal, to: .manageAccounts)
        let account = try draftAccount(username: username, name: name, role: role, passwordHash: "")
        let link = draftLink(tokenHash)
        let (linked, actor) = (LinkedAccount(account: account, link: link), principal.actor)
        let issued = AccountRules.issued(linked, by: actor, at: account.createdAt)
        try await store.insert(account, link: link, audit: [created(account, by: actor), issued])
        return linked
    }

    /// - Throws: ``DeskError/forbidden``; ``DeskError/invalid(field:)`` for `name` or `role` (guest);
    ///   ``DeskError/conflict`` for the last admin who can log in; ``DeskError/notFound``.
    package func change(
        _ id: Account.ID,
        _ change: AccountChange,
        by principal: Principal
    ) async throws(DeskError) -> LinkedAccount {
        try authorize(principal, to: .manageAccounts)
        var change = change
        if let name = change.name { change.name = try TextRule.name.required(name) }
        guard change.role != .guest else { throw .invalid(field: "role") }
        let now = now()
        let account = try await store.changeAccount(id) { [change] facts throws(DeskError) in
            try AccountRules.change(change, facts: facts, by: principal.actor, at: now)
        }
        return try await linked(account)
    }

    /// Issues an invitation, or a reset for an account that has a password; an older link of the account dies. The
    /// password stays in force until another one is chosen.
    ///
    /// - Throws: ``DeskError/forbidden``; ``DeskError/conflict`` for a disabled account; ``DeskError/notFound``.
    package func issueLink(
        to id: Account.ID,
        tokenHash: PasswordLink.TokenHash,
        by principal: Principal
    ) async throws(DeskError) -> LinkedAccount {
        try authorize(principal, to: .manageAccounts)
        let (link, now) = (draftLink(tokenHash), now())
        let account = try await store.changeAccount(id) { facts throws(DeskError) in
            try AccountRules.issue(link, facts: facts, by: principal.actor, at: now)
        }
        return LinkedAccount(account: account, link: link)
    }

    /// Takes somebody's second factor away, who has lost it.
    ///
    /// - Throws: ``DeskError/forbidden``; ``DeskError/notFound``.
    package func removeSecondFactor(of id: Account.ID, by principal: Principal) async throws(DeskError) -> LinkedAccount
    {
        try authorize(principal, to: .manageAccounts)
        return try await linked(removeSecondFactor(of: id, by: principal.actor))
    }

    // MARK: - Whoever has a link

    /// Asked before a password is hashed, so that nobody without a link can cause that work.
    ///
    /// - Throws: ``DeskError/notFound`` if the link is unknown, used, replaced or expired, or its account disabled.
    package func linkedAccount(_ tokenHash: PasswordLink.TokenHash) async throws(DeskError) -> LinkedAccount {
        guard let linked = try await store.linkedAccount(tokenHash), linked.link?.isInForce(at: now()) == true,
            !linked.account.isDisabled
        else { throw .notFound }
        return linked
    }

    /// Sets the password of the link's account, uses up the link and ends all login sessions of the account. A second
    /// factor stays.
    ///
    /// - Parameter passwordHash: A PHC string; the password passed ``PasswordPolicy`` before.
    /// - Throws: ``DeskError/notFound`` as ``linkedAccount(_:)``, also if somebody else was first.
    package func setPassword(
        to passwordHash: String,
        using tokenHash: PasswordLink.TokenHash
    ) async throws(DeskError) -> Account {
        let (id, now) = (try await linkedAccount(tokenHash).account.id, now())
        return try await store.changeAccount(id) { facts throws(DeskError) in
            try AccountRules.setPassword(to: passwordHash, using: tokenHash, facts: facts, at: now)
        }
    }

    private func draftLink(_ tokenHash: PasswordLink.TokenHash) -> PasswordLink {
        PasswordLink(tokenHash: tokenHash, expiresAt: now().advanced(by: PasswordLink.lifetime))
    }

    private func linked(_ account: Account) async throws(DeskError) -> LinkedAccount {
        LinkedAccount(account: account, link: try await store.passwordLinks()[account.id], at: now())
    }
}
