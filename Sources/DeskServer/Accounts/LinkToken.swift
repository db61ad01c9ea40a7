import Crypto
import Desk

/// The secret of a one-time link. Only its hash is stored.
struct LinkToken: Sendable {
    let rawValue: String

    init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// 128 random bits.
    static func random() -> LinkToken {
        LinkToken(rawValue: Base64URL.encode(PasswordHash.randomBytes(16)))
    }

    var hash: SetupLink.TokenHash {
        SetupLink.TokenHash(rawValue: Base64URL.encode(SHA256.hash(data: Array(rawValue.utf8))))
    }
}
