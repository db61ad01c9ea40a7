/// The one-time link under which the first admin chooses name and password.
///
/// The desk sees only the hash of its token: the caller makes the token (128 random bits) and hashes
/// it (SHA-256, any spelling as long as it is always the same one).
package struct SetupLink: Sendable, Equatable {
    package struct TokenHash: Hashable, Sendable, RawRepresentable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
    }

    package static let lifetime = Duration.seconds(3600)

    package var tokenHash: TokenHash
    package var expiresAt: Timestamp

    package init(tokenHash: TokenHash, expiresAt: Timestamp) {
        self.tokenHash = tokenHash
        self.expiresAt = expiresAt
    }
}
