import Crypto
import Desk

/// Makes second factors and reads their codes. What is stored is of no use without the key: secrets are sealed,
/// recovery codes hashed (HMAC-SHA256).
struct SecondFactors: Sendable {
    static let recoveryCodeCount = 10
    /// 12 of 32 characters: 60 bits.
    private static let recoveryCodeLength = 12
    /// Without the letters that look like digits.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    private let sealer: Sealer
    private let hashingKey: SymmetricKey

    init(sealingKey: SymmetricKey, hashingKey: SymmetricKey) {
        self.sealer = Sealer(key: sealingKey)
        self.hashingKey = hashingKey
    }

    /// - Returns: A new secret, and the form in which it is stored: only for that account.
    func make(for id: Account.ID) throws(DeskError) -> (totp: TOTP, sealed: String) {
        let totp = TOTP(secret: PasswordHash.randomBytes(TOTP.secretByteCount))
        return (totp, try sealer.seal(totp.secret, for: Self.purpose(id)))
    }

    /// Nil if it was not sealed here for that account.
    func totp(of sealed: String, for id: Account.ID) -> TOTP? {
        sealer.open(sealed, for: Self.purpose(id)).map { TOTP(secret: $0) }
    }

    /// What a typed code proves, if it is not used up; nil for one that is wrong. Spaces and dashes do not matter.
    func proof(of code: String, for account: Account, at now: Timestamp) -> SecondFactorProof? {
        guard let factor = account.secondFactor, code.utf8.count <= 64 else { return nil }
        let code = code.filter { !$0.isWhitespace && $0 != "-" }
        if code.count == TOTP.digits {
            return totp(of: factor.sealedSecret, for: account.id)?.step(of: code, at: now)
                .map { .step($0, sealedSecret: factor.sealedSecret) }
        }
        return .recoveryCode(hash(of: code, for: account.id))
    }

    /// New recovery codes as they are shown, once, and as they are stored.
    func makeRecoveryCodes(for id: Account.ID) -> [(code: String, hash: String)] {
        (0..<Self.recoveryCodeCount)
            .map { _ in
                let characters = PasswordHash.randomBytes(Self.recoveryCodeLength).map { Self.alphabet[Int($0 & 31)] }
                let shown = stride(from: 0, to: characters.count, by: 4).map { String(characters[$0..<$0 + 4]) }
                return (shown.joined(separator: "-"), hash(of: String(characters), for: id))
            }
    }

    private func hash(of code: String, for id: Account.ID) -> String {
        let code = String(code.lowercased().map { ["o": "0", "i": "1", "l": "1"][$0] ?? $0 })
        let mac = HMAC<SHA256>.authenticationCode(for: Array("\(id).\(code)".utf8), using: hashingKey)
        return Base64URL.encode(mac)
    }

    private static func purpose(_ id: Account.ID) -> String {
        "totp.\(id)"
    }
}
