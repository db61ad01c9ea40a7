/// One login of one account, from the password to the logout. A cookie names it; its end here ends
/// every socket that came with it.
package struct LoginSession: Sendable, Equatable, Identifiable {
    package struct ID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }
    }

    package enum EndReason: String, Sendable {
        case logout, disabled
        case passwordChanged = "password_changed"
        case roleChanged = "role_changed"
    }

    /// How long a login lasts without renewal.
    package static let lifetime = Duration.seconds(12 * 3600)
    /// How long it can be renewed, from the login on.
    package static let longestLifetime = Duration.seconds(30 * 24 * 3600)

    /// How long one that has ended or expired is kept.
    package static let retention = Duration.seconds(30 * 24 * 3600)

    /// How exactly ``lastUsedAt`` is known.
    package static let usePrecision = Duration.seconds(600)

    package var id: ID
    package var accountID: Account.ID
    package var createdAt: Timestamp
    /// Whenever it was used last, within ``usePrecision``.
    package var lastUsedAt: Timestamp
    /// What it was begun with, such as `Firefox on Linux`, for people to tell their sessions apart.
    package var browser: String?
    package var expiresAt: Timestamp
    package var endedAt: Timestamp?
    package var endReason: EndReason?
    /// What ``AccountStore/changes(since:)`` goes by.
    package var changedAt: Timestamp

    package init(
        id: ID,
        accountID: Account.ID,
        createdAt: Timestamp,
        lastUsedAt: Timestamp? = nil,
        browser: String? = nil,
        expiresAt: Timestamp,
        endedAt: Timestamp? = nil,
        endReason: EndReason? = nil,
        changedAt: Timestamp
    ) {
        self.id = id
        self.accountID = accountID
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt ?? createdAt
        self.browser = browser
        self.expiresAt = expiresAt
        self.endedAt = endedAt
        self.endReason = endReason
        self.changedAt = changedAt
    }

    package func isActive(at now: Timestamp) -> Bool {
        endedAt == nil && now < expiresAt
    }
}

/// A login session with the account behind it, read together.
package struct Login: Sendable, Equatable {
    package var session: LoginSession
    package var account: Account

    package init(session: LoginSession, account: Account) {
        self.session = session
        self.account = account
    }

    package func isActive(at now: Timestamp) -> Bool {
        session.isActive(at: now) && !account.isDisabled
    }
}
