extension JSONScanner {
    /// The characters of a string whose text, without quotes, stands at `range` and was checked. A surrogate without
    /// its partner becomes U+FFFD.
    static func unescape(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        let raw = text.extracting(range)
        guard self.firstEscape(raw) != nil else {
            return raw.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        }
        var output: [UInt8] = []
        output.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            let byte = raw[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < raw.count {
                self.appendEscape(raw, &index, to: &output)
            } else {
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Reads four hexadecimal digits at `index`.
    static func hexadecimal(_ text: Span<UInt8>, _ index: Int) -> UInt32? {
        guard index + 4 <= text.count else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            switch text[index + offset] {
            case let byte where self.isDigit(byte): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case let byte where byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"):
                value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case let byte where byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "F"):
                value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }

    private static func firstEscape(_ text: Span<UInt8>) -> Int? {
        for index in text.indices where text[index] == UInt8(ascii: "\\") { return index }
        return nil
    }

    private static func appendEscape(_ text: Span<UInt8>, _ index: inout Int, to output: inout [UInt8]) {
        let byte = text[index]
        index += 1
        switch byte {
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0c)
        case UInt8(ascii: "n"): output.append(0x0a)
        case UInt8(ascii: "r"): output.append(0x0d)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): output.append(contentsOf: Character(self.scalar(text, &index)).utf8)
        default: output.append(byte)
        }
    }

    /// Reads what follows `\u`, and a second escape where both are a surrogate pair.
    private static func scalar(_ text: Span<UInt8>, _ index: inout Int) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard let unit = self.hexadecimal(text, index) else { return replacement }
        index += 4
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xdc00, index + 6 <= text.count, text[index] == UInt8(ascii: "\\"),
            text[index + 1] == UInt8(ascii: "u"), let low = self.hexadecimal(text, index + 2),
            (0xdc00..<0xe000).contains(low)
        else { return replacement }
        index += 6
        return Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)) ?? replacement
    }
}
