import Crypto
import CryptoExtras

/// A scrypt hash in the PHC string format: `$scrypt$ln=16,r=8,p=2$salt$hash`.
struct PasswordHash: Sendable, Equatable {
    var cost: PasswordCost
    var salt: [UInt8]
    var hash: [UInt8]

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let saltByteCount = 16
    static let hashByteCount = 32

    init(cost: PasswordCost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Hashes a new password. Takes long: never on an event loop.
    static func make(
        _ password: String,
        cost: PasswordCost,
        salt: [UInt8],
        derive: Derive = scrypt
    ) throws -> PasswordHash {
        let hash = try derive(password, cost, salt, hashByteCount)
        return PasswordHash(cost: cost, salt: salt, hash: hash)
    }

    /// A hash that no password has, for the same work where there is no account.
    static func unmatchable(cost: PasswordCost) -> PasswordHash {
        PasswordHash(cost: cost, salt: randomBytes(saltByteCount), hash: randomBytes(hashByteCount))
    }

    /// Compares in constant time. Takes long: never on an event loop.
    func matches(_ password: String, derive: Derive = scrypt) throws -> Bool {
        let candidate = try derive(password, cost, salt, hash.count)
        return zip(candidate, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0 && candidate.count == hash.count
    }

    static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in generator.next() }
    }

    /// The work itself: so many bytes of a password, with that cost and salt.
    typealias Derive = @Sendable (String, PasswordCost, _ salt: [UInt8], _ byteCount: Int) throws -> [UInt8]

    static let scrypt: Derive = { password, cost, salt, byteCount in
        let key = try KDF.Scrypt.deriveKey(
            from: Array(password.utf8),
            salt: salt,
            outputByteCount: byteCount,
            rounds: 1 << cost.logN,
            blockSize: cost.r,
            parallelism: cost.p
        )
        return key.withUnsafeBytes(Array.init)
    }
}

// MARK: - The PHC string

extension PasswordHash {
    var phc: String {
        "$scrypt$ln=\(cost.logN),r=\(cost.r),p=\(cost.p)"
            + "$\(Base64URL.encode(salt, alphabet: Self.alphabet))$\(Base64URL.encode(hash, alphabet: Self.alphabet))"
    }

    /// Nil for anything else, and for parameters that would take too much memory or time.
    init?(phc: String) {
        let parts = phc.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let numbers = zip(parts[2].split(separator: ",", omittingEmptySubsequences: false), ["ln=", "r=", "p="])
            .map { part, name in part.hasPrefix(name) ? Int(part.dropFirst(name.count)) : nil }
        guard numbers.count == 3, let logN = numbers[0], let r = numbers[1], let p = numbers[2] else { return nil }
        cost = PasswordCost(logN: logN, r: r, p: p)
        guard cost.isBearable, parts[2].filter({ $0 == "," }).count == 2 else { return nil }
        guard let salt = Base64URL.decode(parts[3], alphabet: Self.alphabet),
            let hash = Base64URL.decode(parts[4], alphabet: Self.alphabet)
        else { return nil }
        guard (8...64).contains(salt.count), (16...64).contains(hash.count) else { return nil }
        self.salt = salt
        self.hash = hash
    }
}
