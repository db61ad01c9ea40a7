/// The decisions about what admins change of accounts, and about links to passwords.
extension AccountRules {
    static func change(
        _ change: AccountChange,
        facts: AccountFacts,
        by actor: Actor,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        var facts = facts
        var decision = AccountDecision(account: facts.account)
        if let name = change.name, name != facts.account.name {
            decision.account.name = name
            decision.account.changedAt = now
            let target = AuditTarget.account(decision.account)
            decision.audit = [AuditEntry(.accountRenamed, on: target, by: actor, at: now, detail: name)]
        }
        facts.adopt(decision.account)
        if let isRequired = change.requiresSecondFactor {
            decision.follow(with: requireSecondFactor(isRequired, facts: facts, by: actor, at: now))
            facts.adopt(decision.account)
        }
        if let role = change.role {
            decision.follow(with: try setRole(role, facts: facts, by: actor, at: now))
            facts.adopt(decision.account)
        }
        if let isDisabled = change.isDisabled {
            decision.follow(with: try setDisabled(isDisabled, facts: facts, by: actor, at: now))
        }
        return decision
    }

    /// Older ones die.
    static func issue(
        _ link: PasswordLink,
        facts: AccountFacts,
        by actor: Actor,
        at now: Timestamp
    ) throws(DeskError) -> AccountDecision {
        let account = facts.account
        guard !account.isDisabled else { throw .conflict }
        let entry = issued(LinkedAccount(account: account, link: link), by: actor, at: now)
        return AccountDecision(account: account, link: .issue(link), audit: entry)
    }

    static func issued(_ linked: LinkedAccount, by actor: Actor, at now: Timestamp) -> AuditEntry {
        let kind = linked.linkKind.rawValue
        return AuditEntry(.linkIssued, on: .account(linked.account), by: actor, at: now, detail: kind)
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
        let kind = LinkedAccount(account: facts.account, link: link).linkKind.rawValue
        let actor = facts.account.actor
        var decision = resetPassword(to: passwordHash, facts: facts, by: actor, at: now)
        decision.audit = [AuditEntry(.linkUsed, on: .account(facts.account), by: actor, at: now, detail: kind)]
        return decision
    }
}
