package import Crypto

/// The keys that must stay the same over restarts. Each is for one purpose only.
package struct ServerSecrets: Sendable {
    /// Signs the login cookies.
    package var loginKey: SymmetricKey
    /// Signs the guest tokens.
    package var guestKey: SymmetricKey

    /// - Parameters: Each at least 32 bytes.
    package init(loginKey: [UInt8], guestKey: [UInt8]) {
        self.loginKey = SymmetricKey(data: loginKey)
        self.guestKey = SymmetricKey(data: guestKey)
    }
}

extension SymmetricKey {
    /// Names the key in what it signs without telling anything about it.
    var kid: String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("kid".utf8), using: self)
        return Base64URL.encode(Array(code).prefix(6))
    }
}
