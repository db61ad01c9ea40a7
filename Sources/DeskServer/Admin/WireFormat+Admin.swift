import Desk
import SocketIO

/// What only admins see.
extension WireFormat {
    static func linkedAccount(_ linked: LinkedAccount) -> JSON {
        let account = linked.account
        return JSON.object { fields in
            fields.field("agentId", account.id.rawValue)
            fields.field("username", account.username.rawValue)
            fields.field("name", account.name)
            fields.field("role", account.role.rawValue)
            fields.field("disabled", account.isDisabled)
            fields.field("requiresSecondFactor", account.requiresSecondFactor)
            fields.field("hasSecondFactor", account.secondFactor != nil)
            fields.field("hasPassword", account.hasPassword)
            fields.field("createdAt", account.createdAt.iso8601)
            if linked.link != nil { fields.field("link", link(of: linked, url: nil)) }
        }
    }

    /// - Parameter url: With the secret, which is shown once.
    static func link(of linked: LinkedAccount, url: String?) -> JSON {
        JSON.object { fields in
            fields.field("kind", linked.linkKind.rawValue)
            fields.field("url", url)
            fields.field("expiresAt", linked.link?.expiresAt.iso8601)
        }
    }

    static func wordFilter(_ filter: WordFilter) -> JSON {
        JSON.object { fields in
            fields.field("mode", filter.mode.rawValue)
            fields.field("words", filter.words.map { JSON($0) })
        }
    }

    static func retention(_ retention: Retention, isFixed: Bool) -> JSON {
        JSON.object { fields in
            fields.field("days", retention.days)
            fields.field("isFixed", isFixed)
        }
    }
}
