/// How much work a password hash takes: scrypt's parameters (RFC 7914).
package struct PasswordCost: Sendable, Equatable {
    /// The binary logarithm of N.
    package var logN: Int
    package var r: Int
    package var p: Int

    package init(logN: Int, r: Int, p: Int) {
        self.logN = logN
        self.r = r
        self.p = p
    }

    /// About 370 ms and 64 MB on the machines this was chosen on.
    package static let standard = PasswordCost(logN: 16, r: 8, p: 2)

    /// A hash comes from our own store; this only keeps a damaged one from taking all memory: 256 MB.
    var isBearable: Bool {
        (1...18).contains(logN) && (1...16).contains(r) && (1...8).contains(p) && (128 * r) << logN <= 256 << 20
    }
}
