/// A URL's query string, decoded once: `+` is a space, and escapes are UTF-8. Of a repeated name the first value counts.
public struct Query: Sendable, Equatable {
    private let values: [(name: String, value: String)]

    /// The value of `name`, or nil. A name without `=` has the empty value.
    public subscript(name: String) -> String? {
        self.values.first { $0.name == name }?.value
    }

    /// Every name with its value, in the order received, repeated names included.
    public var all: [(name: String, value: String)] { self.values }

    /// Reads what follows the `?` of a request target; nothing, if there is none. Malformed escapes stay as they are, and
    /// bytes that are not UTF-8 become U+FFFD.
    ///
    /// - Parameter target: such as `/socket.io/?EIO=4&transport=polling`.
    public init(target: String) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            self.values = []
            return
        }
        self.values = target[target.index(after: mark)...].split(separator: "&")
            .map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (Self.decode(parts[0]), parts.count == 2 ? Self.decode(parts[1]) : "")
            }
    }

    /// Equal when the same pairs stand in the same order.
    public static func == (left: Query, right: Query) -> Bool {
        left.values.elementsEqual(right.values) { $0 == $1 }
    }

    private static func decode(_ text: Substring) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"):
                bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2).compactMap(Self.hexValue)
                if digits.count == 2 {
                    bytes.append(digits[0] << 4 | digits[1])
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(byte)
                }
            default:
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
