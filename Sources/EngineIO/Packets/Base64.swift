package import NIOCore

/// RFC 4648 base64 over buffers, so that the transport needs no Foundation.
package enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The six bits of each character of the standard alphabet, 0xff for all others.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xff, count: 256)
        for (value, character) in Self.standard.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// Appends the padded standard form of `bytes`.
    package static func encode(_ bytes: ByteBuffer, into output: inout ByteBuffer) {
        output.reserveCapacity(minimumWritableBytes: (bytes.readableBytes + 2) / 3 * 4)
        Self.encode(bytes.readableBytesView, Self.standard, isPadded: true) { output.writeInteger($0) }
    }

    /// The padded standard form of a few bytes.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        Self.encode(bytes, Self.standard, isPadded: true) { output.append($0) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The unpadded form for names and URLs (RFC 4648 §5).
    static func encodeURL(_ bytes: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        Self.encode(bytes, Self.urlSafe, isPadded: false) { output.append($0) }
        return String(decoding: output, as: UTF8.self)
    }

    /// Reads the standard form, with or without padding.
    ///
    /// - Returns: nil for a character outside the alphabet or an impossible length.
    package static func decode(_ text: ByteBuffer) -> ByteBuffer? {
        var characters = text.readableBytesView[...]
        var padding = 0
        while characters.last == UInt8(ascii: "="), padding < 2 {
            characters.removeLast()
            padding += 1
        }
        guard characters.count % 4 != 1, padding == 0 || text.readableBytes % 4 == 0 else { return nil }
        var output = ByteBufferAllocator().buffer(capacity: characters.count / 4 * 3 + 3)
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for character in characters {
            let value = Self.values[Int(character)]
            guard value != 0xff else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.writeInteger(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
        return output
    }

    private static func encode(
        _ bytes: some Sequence<UInt8>,
        _ alphabet: [UInt8],
        isPadded: Bool,
        _ write: (UInt8) -> Void
    ) {
        var group: UInt32 = 0
        var bits: UInt32 = 0
        var written = 0
        func emit(_ index: UInt32) {
            write(alphabet[Int(index & 63)])
            written += 1
        }
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                emit(group >> bits)
            }
        }
        if bits > 0 { emit(group << (6 - bits)) }
        while isPadded, written % 4 != 0 {
            write(UInt8(ascii: "="))
            written += 1
        }
    }
}
