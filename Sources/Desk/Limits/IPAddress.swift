/// An IPv4 or IPv6 address as one number. IPv4 is kept in its IPv6-mapped form (RFC 4291 §2.5.5.2), so that
/// both spellings of one address are one value.
package struct IPAddress: Sendable, Hashable {
    let bits: UInt128

    /// Stands for a peer that has no address.
    package static let unspecified = IPAddress(bits: 0)

    private init(bits: UInt128) {
        self.bits = bits
    }

    /// Reads `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1`; a zone (`%eth0`) is left out. Nil for anything
    /// else, an address with a port included.
    package init?(_ text: some StringProtocol) {
        // The longest spelling has 45 characters; a zone some more.
        guard text.utf8.count <= 64 else { return nil }
        let bits =
            text.utf8.contains(UInt8(ascii: ":"))
            ? Self.ipv6(text.prefix { $0 != "%" }) : Self.ipv4(text).map(Self.mapped)
        guard let bits else { return nil }
        self.bits = bits
    }

    /// Reads an entry of `X-Forwarded-For`: an address, with a port or in brackets if the proxy likes it so.
    init?(hop text: some StringProtocol) {
        var text = text[...]
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            guard Self.isPort(text[text.index(after: end)...]) else { return nil }
            let inside = text[text.index(after: text.startIndex)..<end]
            guard inside.contains(":") else { return nil }
            self.init(inside)
        } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
            guard Self.isPort(text[colon...]) else { return nil }
            self.init(text[..<colon])
        } else {
            self.init(text)
        }
    }

    var isIPv4: Bool { bits >> 32 == 0xFFFF }

    /// `127.0.0.0/8` and `::1`.
    package var isLoopback: Bool {
        isIPv4 ? (bits >> 24) & 0xFF == 127 : bits == 1
    }

    // MARK: - Reading

    private static func mapped(_ address: UInt32) -> UInt128 {
        0xFFFF << 32 | UInt128(address)
    }

    /// Four decimal numbers. One with a leading zero is refused: some read it as octal.
    private static func ipv4(_ text: some StringProtocol) -> UInt32? {
        var (address, part): (UInt32, UInt32) = (0, 0)
        var (parts, digits) = (1, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), digits > 0, parts < 4 {
                address = address << 8 | part
                (parts, part, digits) = (parts + 1, 0, 0)
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits == 0 || part > 0 else { return nil }
            part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
            guard part <= 255 else { return nil }
            digits += 1
        }
        return parts == 4 && digits > 0 ? address << 8 | part : nil
    }

    /// Eight groups, where `::` stands for one or more that are 0.
    private static func ipv6(_ text: some StringProtocol) -> UInt128? {
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = groups(halves[0], isEnd: halves.count == 1) else { return nil }
        guard halves.count == 2 else { return head.count == 8 ? number(head) : nil }
        guard let tail = groups(halves[1], isEnd: true), head.count + tail.count <= 7 else { return nil }
        return number(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    /// Groups of hexadecimal digits; at the end of an address, the last two may be spelled as an IPv4 address.
    private static func groups(_ text: some StringProtocol, isEnd: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if isEnd, index == parts.count - 1, part.contains(".") {
                guard let address = ipv4(part) else { return nil }
                groups += [UInt16(address >> 16), UInt16(address & 0xFFFF)]
            } else {
                guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                    part.utf8.allSatisfy({ $0 < 128 }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func number(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// Nothing, or a colon and a port.
    private static func isPort(_ text: some StringProtocol) -> Bool {
        guard let colon = text.first else { return true }
        let digits = text.dropFirst()
        return colon == ":" && (1...5).contains(digits.utf8.count)
            && digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
    }
}
