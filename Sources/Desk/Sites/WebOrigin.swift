/// A web origin (RFC 6454): scheme, host and port, as browsers write it into `Origin`.
package struct WebOrigin: Sendable, Hashable, CustomStringConvertible {
    /// In lower case, without a default port and without a slash: `https://chat.example.com`.
    package let rawValue: String

    package var description: String { rawValue }
    package var isSecure: Bool { rawValue.hasPrefix("https://") }

    /// Takes an http or https URL that has neither a path (but `/`) nor a query, fragment, user or
    /// password; nil for anything else.
    package init?(_ text: String) {
        let text = text.lowercased()
        guard let scheme = ["http", "https"].first(where: { text.hasPrefix($0 + "://") }) else { return nil }
        var authority = text.dropFirst(scheme.count + 3)
        if authority.last == "/" { authority.removeLast() }
        guard let (host, port) = Self.split(authority) else { return nil }
        let isDefault = port == nil || port == (scheme == "https" ? 443 : 80)
        rawValue = "\(scheme)://\(host)" + (isDefault ? "" : ":\(port ?? 0)")
    }

    private static func split(_ authority: Substring) -> (host: Substring, port: Int?)? {
        let isIPv6 = authority.first == "["
        let hostEnd: Substring.Index
        if isIPv6 {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            hostEnd = authority.index(after: bracket)
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
        }
        let (host, rest) = (authority[..<hostEnd], authority[hostEnd...])
        guard !host.isEmpty, host.utf8.allSatisfy({ isHostByte($0, isIPv6: isIPv6) }) else { return nil }
        if rest.isEmpty { return (host, nil) }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.allSatisfy(\.isASCIIDigit), let port = UInt16(digits), port > 0 else {
            return nil
        }
        return (host, Int(port))
    }

    private static func isHostByte(_ byte: UInt8, isIPv6: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): !isIPv6
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"): isIPv6
        default: false
        }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
