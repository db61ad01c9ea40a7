extension Desk {
    /// Issues the setup link of this start; older ones die.
    ///
    /// - Returns: When it expires; nil if there is an account, so that no setup is needed.
    package func issueSetupLink(_ tokenHash: SetupLink.TokenHash) async throws(DeskError) -> Timestamp? {
        let link = SetupLink(tokenHash: tokenHash, expiresAt: now().advanced(by: SetupLink.lifetime))
        do {
            try await store.replaceSetupLink(with: link)
            return link.expiresAt
        } catch .conflict {
            return nil
        }
    }

    /// Asked before a password is hashed, so that nobody without a link can cause that work.
    ///
    /// - Throws: ``DeskError/notFound`` if the link is unknown, used or expired.
    package func checkSetupLink(_ tokenHash: SetupLink.TokenHash) async throws(DeskError) {
        guard let link = try await store.setupLink(tokenHash), now() < link.expiresAt else { throw .notFound }
    }

    /// Creates the first admin and uses up the link.
    ///
    /// - Parameter passwordHash: A PHC string; the password passed ``PasswordPolicy`` before.
    /// - Throws: ``DeskError/notFound`` if the link is unknown, used or expired;
    ///   ``DeskError/invalid(field:)`` for `username` or `name`, which leaves the link in force.
    package func createFirstAdmin(
        using tokenHash: SetupLink.TokenHash,
        username: String,
        name: String,
        passwordHash: String
    ) async throws(DeskError) -> Account {
        let account = try draftAccount(username: username, name: name, role: .admin, passwordHash: passwordHash)
        return try await store.insertFirstAccount(using: tokenHash) { link throws(DeskError) in
            guard account.createdAt < link.expiresAt else { throw .notFound }
            return Audited(account, created(account, by: account.actor))
        }
    }
}
