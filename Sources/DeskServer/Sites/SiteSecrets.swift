import Crypto
import Desk

/// Makes the secrets with which sites vouch for their visitors. The site keeps one as text; what is stored is sealed.
struct SiteSecrets: Sendable {
    private static let byteCount = 32

    private let sealer: Sealer

    init(key: SymmetricKey) {
        self.sealer = Sealer(key: key)
    }

    /// - Returns: A new secret as its site gets it, and the form in which it is stored: only for that site.
    func make(for id: Site.ID) throws(DeskError) -> (secret: String, sealed: String) {
        let secret = Base64URL.encode(PasswordHash.randomBytes(Self.byteCount))
        return (secret, try sealer.seal(Array(secret.utf8), for: Self.purpose(id)))
    }

    /// The bytes of the secret's text; nil if it was not sealed here for that site.
    func secret(of sealed: String, for id: Site.ID) -> [UInt8]? {
        sealer.open(sealed, for: Self.purpose(id))
    }

    private static func purpose(_ id: Site.ID) -> String {
        "site.\(id)"
    }
}
