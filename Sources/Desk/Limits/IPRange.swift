/// A network of addresses: `10.0.0.0/8`, `2001:db8::/32`, or a single address.
package struct IPRange: Sendable, Hashable {
    private let network: UInt128
    private let mask: UInt128

    /// Bits behind the prefix do not count. Nil for what is no network.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let width = first.contains(":") ? 128 : 32
        var length = width
        if parts.count == 2 {
            guard parts[1].allSatisfy({ $0.isASCII && $0.isNumber }), let given = Int(parts[1]), given <= width
            else { return nil }
            length = given
        }
        let hostBits = width - length
        self.mask = hostBits == 128 ? 0 : ~UInt128(0) << UInt128(hostBits)
        self.network = address.bits & mask
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.bits & mask == network
    }
}
