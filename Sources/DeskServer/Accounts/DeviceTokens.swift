import Crypto
import Desk

/// Makes and checks the cookie `device`, by which a browser that has logged in to an account is counted apart from
/// everybody else who tries: nobody can keep its owner from logging in there. It proves nothing else.
///
/// `v1.kid.deviceId.HMAC-SHA256`, in base64url; the code covers the username too.
struct DeviceTokens: Sendable {
    static let cookieName = "device"
    /// As long as browsers keep a cookie.
    private static let lifetimeSeconds = 400 * 24 * 3600

    private let key: SymmetricKey
    private let kid: String
    let isSecure: Bool

    init(key: SymmetricKey, isSecure: Bool) {
        self.key = key
        self.kid = key.kid
        self.isSecure = isSecure
    }

    /// Which browser of the account's that is; nil if it is not known, or is another account's.
    func device(of token: String?, for username: Username) -> String? {
        guard let token, token.utf8.count <= 256 else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, !parts[2].isEmpty else { return nil }
        let id = String(parts[2])
        return isEqualInConstantTime(token, self.token(id, for: username)) ? id : nil
    }

    /// The value of `Set-Cookie` for a browser that has just logged in.
    func cookie(_ id: String, for username: Username) -> String {
        "\(Self.cookieName)=\(token(id, for: username)); Path=/agent/login; Max-Age=\(Self.lifetimeSeconds)"
            + "; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }

    private func token(_ id: String, for username: Username) -> String {
        let body = "v1.\(kid).\(id)"
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(body).\(username)".utf8), using: key)
        return "\(body).\(Base64URL.encode(code))"
    }
}
