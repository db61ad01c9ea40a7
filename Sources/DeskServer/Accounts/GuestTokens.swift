import Crypto
import Desk

/// Makes and checks the tokens by which a guest is the same one tomorrow:
/// `v1.kid.guestId.HMAC-SHA256`, in base64url. Nothing of it is stored. That of a guest whom a site vouches for is of
/// use on that site alone.
struct GuestTokens: Sendable {
    private let key: SymmetricKey
    private let kid: String

    init(key: SymmetricKey) {
        self.key = key
        self.kid = key.kid
    }

    func token(for guest: Guest.ID, on site: Site.ID) -> String {
        let body = "v1.\(kid).\(guest.rawValue)"
        let bound = guest.isVouchedFor ? "\(body)\n\(site.rawValue)" : body
        return "\(body).\(code(of: bound))"
    }

    /// The guest whom a site calls `id`: always the same one, and nobody can tell the site's id by it.
    func guest(vouchedForAs id: String, by site: Site.ID) -> Guest.ID {
        .vouchedFor(code: code(of: "vouched\n\(site.rawValue)\n\(id)"))
    }

    /// Who the token stands for; nil if it was not made here, or not for that site.
    func guest(of token: String, on site: Site.ID) -> Guest.ID? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= 256, parts.count == 4, !parts[2].isEmpty else { return nil }
        let guest = Guest.ID(rawValue: String(parts[2]))
        // The whole text is compared, not decoded bytes: base64 has more than one spelling.
        return isEqualInConstantTime(token, self.token(for: guest, on: site)) ? guest : nil
    }

    private func code(of text: String) -> String {
        Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }
}

/// Takes the same time wherever the difference is.
func isEqualInConstantTime(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
