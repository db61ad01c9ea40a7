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

    /// - Throws: ``DeskError/conflict`` if the account has one.
    package func setUp(_ factor: SecondFactor, for id: Account.ID) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(id) { facts throws(DeskError) in
            try AccountRules.setUp(factor, facts: facts, at: now)
        }
    }

    /// The older recovery codes work no more.
    ///
    /// - Throws: ``DeskError/conflict`` if the account has no second factor.
    package func replaceRecoveryCodes(of id: Account.ID, with hashes: [String]) async throws(DeskError) -> Account {
        let now = now()
        return try await store.changeAccount(id) { facts throws(DeskError) in
            try AccountRules.replaceRecoveryCodes(with: hashes, facts: facts, at: now)
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
