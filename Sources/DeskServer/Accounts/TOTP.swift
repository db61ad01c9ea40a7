import Crypto
import Desk

/// Codes by time (RFC 6238) as every authenticator app makes them: HMAC-SHA-1, 30 s, 6 digits. A pure value.
struct TOTP: Sendable {
    static let stepSeconds: Int64 = 30
    static let digits = 6
    /// RFC 4226 §4 recommends 160 bits.
    static let secretByteCount = 20

    let secret: [UInt8]

    static func step(at now: Timestamp) -> Int64 {
        now.milliseconds / 1000 / stepSeconds
    }

    /// RFC 4226 §5.3.
    func code(at step: Int64) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian, Array.init)
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(mac[19] & 15)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// The newest step whose code it is, of the current one, the one before and the one after: clocks differ, and
    /// typing takes time.
    func step(of code: String, at now: Timestamp) -> Int64? {
        let current = Self.step(at: now)
        var found: Int64?
        for step in current - 1...current + 1 where isEqualInConstantTime(code, self.code(at: step)) { found = step }
        return found
    }

    /// What the app reads from the QR code (the "Key Uri Format" that authenticator apps share).
    func uri(username: Username, issuer: String) -> String {
        "otpauth://totp/\(Self.escaped(issuer)):\(Self.escaped(username.rawValue))"
            + "?secret=\(key)&issuer=\(Self.escaped(issuer))"
    }

    /// The secret for typing: base32 (RFC 4648 §6) without padding.
    var key: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        var text: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for byte in secret {
            (bits, count) = (bits << 8 | UInt32(byte), count + 8)
            while count >= 5 {
                count -= 5
                text.append(alphabet[Int(bits >> UInt32(count) & 31)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(5 - count) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// A username has no more than these; an issuer is ours.
    private static func escaped(_ text: String) -> String {
        text.map { ["+": "%2B", "@": "%40", " ": "%20"][$0] ?? String($0) }.joined()
    }
}
