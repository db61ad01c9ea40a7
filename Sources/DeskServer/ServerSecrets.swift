package import Crypto

/// The keys that must stay the same over restarts. Each is for one purpose only.
package struct ServerSecrets: Sendable {
    /// Sign the login cookies. Read again in the beat of the watch, so that a rotation needs no restart.
    package var loginKeys: @Sendable () async throws -> LoginKeys
    /// Signs the guest tokens.
    package var guestKey: SymmetricKey
    private let accountKey: SymmetricKey

    /// - Parameters:
    ///   - loginKeys: The keys as they are now; called often.
    ///   - guestKey: At least 32 bytes, like the next.
    ///   - accountKey: Those for what accounts have besides their password, and for the secrets of sites, are derived from it.
    package init(
        loginKeys: @escaping @Sendable () async throws -> LoginKeys,
        guestKey: [UInt8],
        accountKey: [UInt8]
    ) {
        self.loginKeys = loginKeys
        self.guestKey = SymmetricKey(data: guestKey)
        self.accountKey = SymmetricKey(data: accountKey)
    }

    /// Signs the cookie of a browser that has logged in before.
    var deviceKey: SymmetricKey { derived("device") }
    /// Encrypts the secrets of second factors.
    var sealingKey: SymmetricKey { derived("totp") }
    /// Hashes the recovery codes.
    var recoveryKey: SymmetricKey { derived("recovery") }

    /// Encrypts the secrets of sites.
    var siteKey: SymmetricKey { derived("site") }

    private func derived(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>
            .deriveKey(inputKeyMaterial: accountKey, info: Array("martlet.\(purpose)".utf8), outputByteCount: 32)
    }
}

/// The key that signs logins, and those that did until lately: what they signed counts until it expires.
package struct LoginKeys: Sendable, Equatable {
    package var current: SymmetricKey
    package var retired: [SymmetricKey]

    /// Names the key that signs now, without telling anything about it.
    package var name: String { current.kid }

    /// - Parameters: Each at least 32 bytes.
    package init(current: [UInt8], retired: [[UInt8]] = []) {
        self.current = SymmetricKey(data: current)
        self.retired = retired.map { SymmetricKey(data: $0) }
    }
}

extension SymmetricKey {
    /// Names the key in what it signs without telling anything about it.
    var kid: String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("kid".utf8), using: self)
        return Base64URL.encode(Array(code).prefix(6))
    }
}
