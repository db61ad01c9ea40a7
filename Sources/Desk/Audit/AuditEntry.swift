/// One line of the audit log: who did what, to whom. Nothing in it is a secret, an address, or anything a guest wrote.
package struct AuditEntry: Sendable, Equatable {
    package var at: Timestamp
    package var actor: Actor
    package var action: AuditAction
    package var target: AuditTarget?
    /// A few words for a person, such as the new role. Never something typed by somebody who is not logged in.
    package var detail: String?

    package init(
        _ action: AuditAction,
        on target: AuditTarget? = nil,
        by actor: Actor,
        at moment: Timestamp,
        detail: String? = nil
    ) {
        self.at = moment
        self.actor = actor
        self.action = action
        self.target = target
        self.detail = detail
    }
}

/// What something was done to, with the name of then.
package struct AuditTarget: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case account, guest, site
        case cannedReply = "canned_reply"
    }

    package var kind: Kind
    package var id: String?
    package var name: String?

    package init(kind: Kind, id: String? = nil, name: String? = nil) {
        self.kind = kind
        self.id = id
        self.name = name
    }

    /// Named by its username.
    package static func account(_ account: Account) -> AuditTarget {
        AuditTarget(kind: .account, id: account.id.rawValue, name: account.username.rawValue)
    }

    /// Without a name: an erasure leaves none.
    package static func guest(_ id: Guest.ID) -> AuditTarget {
        AuditTarget(kind: .guest, id: id.rawValue)
    }

    /// Named by its title.
    package static func cannedReply(_ reply: CannedReply) -> AuditTarget {
        AuditTarget(kind: .cannedReply, id: reply.id.rawValue, name: reply.title)
    }

    package static func site(_ site: Site) -> AuditTarget {
        AuditTarget(kind: .site, id: site.id.rawValue, name: site.profile.name)
    }
}

/// What a rule decided to store, with the line that the same write adds to the audit log.
package struct Audited<Value: Sendable>: Sendable {
    package var value: Value
    /// Nil: nothing happened that anybody has to hear of.
    package var audit: AuditEntry?

    package init(_ value: Value, _ audit: AuditEntry? = nil) {
        self.value = value
        self.audit = audit
    }
}
