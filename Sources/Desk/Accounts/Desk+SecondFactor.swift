extension Desk {
    /// Uses up a code.
    ///
    /// - Throws: ``DeskError/unauthorized`` if it was used before, or is not one of the account's.
    package func useSecondFactor(_ proof: SecondFactorProof, of id: Account.ID) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(id) { facts throws(DeskError) in
            try AccountRules.useSecondFactor(proof, facts: facts, at: now)
        }
    }

    /// - Parameter verified: The account as it was when its owner was let in.
    /// - Throws: ``DeskError/conflict`` if the account has one; ``DeskError/unauthorized`` if it was disabled or got
    ///   another password meanwhile.
    package func setUp(_ factor: SecondFactor, for verified: Account) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(verified.id) { facts throws(DeskError) in
            try AccountRules.setUp(factor, verified: verified, facts: facts, at: now)
        }
    }

    /// The older recovery codes work no more.
    ///
    /// - Parameter verified: The account as it was when its owner's password was.
    /// - Throws: ``DeskError/conflict`` if the account has no second factor; ``DeskError/unauthorized`` if it was
    ///   disabled or got another password meanwhile.
    package func replaceRecoveryCodes(
        of verified: Account,
        with hashes: [String]
    ) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(verified.id) { facts throws(DeskError) in
            try AccountRules.replaceRecoveryCodes(with: hashes, verified: verified, facts: facts, at: now)
        }
    }

    /// - Parameter verified: The account as it was when its owner's password was.
    /// - Throws: ``DeskError/forbidden`` if it is required; ``DeskError/unauthorized`` if the account was disabled or
    ///   got another password meanwhile.
    package func removeOwnSecondFactor(of verified: Account) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(verified.id) { facts throws(DeskError) in
            try AccountRules.check(facts.account, stillHas: verified.passwordHash)
            return try AccountRules.removeSecondFactor(facts: facts, by: verified.actor, at: now)
        }
    }

    /// - Throws: ``DeskError/forbidden`` if it is the actor's own and required.
    package func removeSecondFactor(of id: Account.ID, by actor: Actor) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(id) { facts throws(DeskError) in
            try AccountRules.removeSecondFactor(facts: facts, by: actor, at: now)
        }
    }

    /// What is open stays open; whatever is asked for next needs the second factor to be set up first.
    package func requireSecondFactor(
        _ isRequired: Bool,
        of id: Account.ID,
        by actor: Actor
    ) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(id) { facts throws(DeskError) in
            AccountRules.requireSecondFactor(isRequired, facts: facts, by: actor, at: now)
        }
    }
}
