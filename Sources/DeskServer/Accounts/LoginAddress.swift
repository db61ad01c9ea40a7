import NIOCore

/// Where a try to log in comes from, as ``LoginThrottle`` counts it.
enum LoginAddress {
    /// An IPv4 address, or the /64 of an IPv6 address: one person has that many. An IPv4 address in the clothes of
    /// IPv6 (RFC 4291 §2.5.5.2) is the IPv4 address.
    static func name(of address: SocketAddress?) -> String {
        // Where the bytes lie in sockaddr_in and sockaddr_in6 is the same on all systems.
        switch address {
        case .v4(let address):
            return withUnsafeBytes(of: address.address) { Self.text($0[4..<8], separator: ".") }
        case .v6(let address):
            return withUnsafeBytes(of: address.address) { whole in
                let bytes = Array(whole[8..<24])
                let isMapped = bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
                return isMapped
                    ? Self.text(bytes.dropFirst(12), separator: ".") : Self.text(bytes.prefix(8), separator: ":")
            }
        case .unixDomainSocket, nil:
            return "local"
        }
    }

    private static func text(_ bytes: some Sequence<UInt8>, separator: String) -> String {
        bytes.map(String.init).joined(separator: separator)
    }
}
