import Testing

@testable import Desk

struct ClientAddressTests {
    private static let proxies = ["10.0.0.0/8", "2001:db8:ffff::/48"]

    @Test(arguments: [
        // Nobody is believed who is not configured.
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        // Whatever the client wrote itself stands on the left.
        ("10.0.0.1", ["1.1.1.1, 10.9.9.9, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1,198.51.100.1 , 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1", "10.0.0.2"], "198.51.100.1"),
        // Only proxies: the outermost of them.
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        // What is no address ends the row at the proxy that wrote it.
        ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1,"], "10.0.0.1"),
        ("10.0.0.1", [",,,,", "198.51.100.1"], "198.51.100.1"),
        // Ports, and both spellings of IPv4.
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("::ffff:10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("2001:db8:ffff::1", ["[2001:db8:1:2:3::4]:4711"], "2001:db8:1:2::"),
    ])
    func `the client is the rightmost hop that is not trusted`(
        peer: String,
        forwardedFor: [String],
        client: String
    ) throws {
        let address = ClientAddress(
            peer: try #require(IPAddress(peer)),
            forwardedFor: forwardedFor,
            trusted: Self.proxies.compactMap { IPRange($0) }
        )
        #expect(address == ClientAddress(try #require(IPAddress(client))))
    }

    @Test func `an IPv6 network of 64 bits is one address, and each IPv4 address another`() throws {
        func address(_ text: String) throws -> ClientAddress { ClientAddress(try #require(IPAddress(text))) }
        #expect(try address("2001:db8::1") == address("2001:db8::ffff:0:0:9"))
        #expect(try address("2001:db8::1") != address("2001:db8:0:1::1"))
        #expect(try address("192.0.2.1") != address("192.0.2.2"))
        #expect(try address("192.0.2.1") == address("::ffff:192.0.2.1"))
        #expect(try address("192.0.2.1") != address("::"))
    }
}
