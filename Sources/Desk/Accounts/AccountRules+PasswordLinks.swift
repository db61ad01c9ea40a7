/// The decisions about what admins change of accounts, and about links to passwords.
extension AccountRules {
    static func change(
        _ change: AccountChange,
        facts: AccountFacts,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        var facts = facts
        var decision = AccountDecision(account: facts.account)
        if let name = change.name, name != facts.account.name {
            decision.account.name = name
            decision.account.changedAt = now
        }
        facts.adopt(decision.account)
        if let isRequired = change.requiresSecondFactor {
            decision = requireSecondFactor(isRequired, facts: facts, at: now)
            facts.adopt(decision.account)
        }
        if let role = change.role {
            decision = try setRole(role, facts: facts, at: now)
            facts.adopt(decision.account)
        }
        if let isDisabled = change.isDisabled {
            let roleEnds = decision.endSessions
            decision = try setDisabled(isDisabled, facts: facts, at: now)
            decision.endSessions = decision.endSessions ?? roleEnds
        }
        return decision
    }

    /// Older ones die.
    static func issue(_ link: PasswordLink, facts: AccountFacts) throws(DeskError) -> AccountDecision {
        guard !facts.account.isDisabled else { throw .conflict }
        return AccountDecision(account: facts.account, link: .issue(link))
    }

    /// Works once: whoever set the password has used up the link.
    static func setPassword(
        to passwordHash: String,
        using tokenHash: PasswordLink.TokenHash,
        facts: AccountFacts,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        guard let link = facts.link, link.tokenHash == tokenHash, link.isInForce(at: now), !facts.account.isDisabled
        else { throw .notFound }
        return resetPassword(to: passwordHash, facts: facts, at: now)
    }
}
