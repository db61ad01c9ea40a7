/// The one-time link under which somebody chooses the password of their account: an invitation for an account without
/// one, else a reset. An account has one at most.
///
/// The desk sees only the hash of its token, as of a ``SetupLink``.
package struct PasswordLink: Sendable, Equatable {
    package typealias TokenHash = SetupLink.TokenHash

    /// The spelling is that of the wire.
    package enum Kind: String, Sendable {
        case invite, reset
    }

    package static let lifetime = Duration.seconds(72 * 3600)

    package var tokenHash: TokenHash
    package var expiresAt: Timestamp

    package init(tokenHash: TokenHash, expiresAt: Timestamp) {
        self.tokenHash = tokenHash
        self.expiresAt = expiresAt
    }

    package func isInForce(at now: Timestamp) -> Bool {
        now < expiresAt
    }
}

/// An account with the link under which its password can be chosen, if there is one.
package struct LinkedAccount: Sendable, Equatable {
    package var account: Account
    package var link: PasswordLink?

    package init(account: Account, link: PasswordLink?) {
        self.account = account
        self.link = link
    }

    /// - Parameter link: Left out unless it is in force.
    init(account: Account, link: PasswordLink?, at now: Timestamp) {
        self.init(account: account, link: link.flatMap { $0.isInForce(at: now) ? $0 : nil })
    }

    /// What its link is for.
    package var linkKind: PasswordLink.Kind { account.hasPassword ? .reset : .invite }
}
