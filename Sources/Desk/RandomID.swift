/// Ids that nobody can guess.
package enum RandomID {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// 22 characters of base64url: 132 random bits. None begins with a dash, which on a command line would begin an
    /// option.
    ///
    /// - Parameter generator: In production, the system's random numbers.
    package static func make(using generator: inout some RandomNumberGenerator) -> String {
        var bits = (generator.next(), generator.next(), generator.next())
        return String(unsafeUninitializedCapacity: 22) { buffer in
            for index in 0..<22 {
                switch index {
                case ..<8: buffer[index] = Self.take(&bits.0)
                case ..<16: buffer[index] = Self.take(&bits.1)
                default: buffer[index] = Self.take(&bits.2)
                }
            }
            if buffer[0] == UInt8(ascii: "-") { buffer[0] = UInt8(ascii: "_") }
            return 22
        }
    }

    private static func take(_ bits: inout UInt64) -> UInt8 {
        defer { bits >>= 6 }
        return alphabet[Int(bits & 63)]
    }
}
