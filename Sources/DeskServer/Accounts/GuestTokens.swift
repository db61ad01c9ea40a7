import Crypto
import Desk

/// Makes and checks the tokens by which a guest is the same one tomorrow:
/// `v1.kid.guestId.HMAC-SHA256`, in base64url. Nothing of it is stored.
struct GuestTokens: Sendable {
    private let key: SymmetricKey
    private let kid: String

    init(key: SymmetricKey) {
        self.key = key
        self.kid = key.kid
    }

    func token(for guest: Guest.ID) -> String {
        let body = "v1.\(kid).\(guest.rawValue)"
        let code = HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: key)
        return "\(body).\(Base64URL.encode(code))"
    }

    /// Who the token stands for; nil if it was not made here.
    func guest(of token: String) -> Guest.ID? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= 256, parts.count == 4, !parts[2].isEmpty else { return nil }
        let guest = Guest.ID(rawValue: String(parts[2]))
        // The whole text is compared, not decoded bytes: base64 has more than one spelling.
        return isEqualInConstantTime(token, self.token(for: guest)) ? guest : nil
    }
}

/// Takes the same time wherever the difference is.
func isEqualInConstantTime(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
