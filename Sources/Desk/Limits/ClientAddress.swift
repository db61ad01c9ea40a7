/// Whom limits by address are for: an IPv4 address, or the /64 network of an IPv6 address, since whoever has
/// one of its addresses has all of them.
package struct ClientAddress: Sendable, Hashable, CustomStringConvertible {
    private let network: UInt128

    package init(_ address: IPAddress) {
        network = address.isIPv4 ? address.bits : (address.bits >> 64) << 64
    }

    /// Names it among others; not meant for people.
    package var description: String { String(network, radix: 16) }

    /// Where a request comes from: the rightmost hop that is not trusted. Whatever stands left of it in the
    /// header was written by somebody who is not trusted, and does not count.
    ///
    /// - Parameters:
    ///   - peer: The other end of the TCP connection.
    ///   - forwardedFor: The values of `X-Forwarded-For`, in the order received. An entry that is no address
    ///     ends the row: then it is the trusted hop that added it.
    ///   - trusted: The proxies whose word counts.
    package init(peer: IPAddress, forwardedFor: [String], trusted: [IPRange]) {
        func isTrusted(_ address: IPAddress) -> Bool { trusted.contains { $0.contains(address) } }
        var client = peer
        rows: for header in forwardedFor.reversed() {
            for entry in header.split(separator: ",", omittingEmptySubsequences: false).reversed() {
                guard isTrusted(client), let hop = IPAddress(hop: entry) else { break rows }
                client = hop
            }
        }
        self.init(client)
    }
}
