import Testing

@testable import Desk

struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "::ffff:192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"), ("2001:DB8::1", "2001:db8:0:0:0:0:0:1"),
        ("::", "0:0:0:0:0:0:0:0"), ("1::", "1:0:0:0:0:0:0:0"), ("fe80::1%eth0", "fe80::1"),
        ("::ffff:127.0.0.1", "127.0.0.1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ])
    func `two spellings of an address are one value`(first: String, second: String) {
        let (one, other) = (IPAddress(first), IPAddress(second))
        #expect(one != nil && one == other)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", "1.2.3.04", "1.2.3.", "1.2.3.4 ",
        "1.2.3.4:80",
        ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "+1::", "::1.2.3", "1.2.3.4::",
        "1:2:3:4:5:6:7:8::", "[::1]", "::ffff:1.2.3.4:5", "unknown", "１.2.3.4", "::１",
        String(repeating: "0", count: 100) + "::", "\u{0}",
    ])
    func `anything else is no address`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("1.2.3.4:5678", "1.2.3.4"), (" 1.2.3.4\t", "1.2.3.4"), ("[2001:db8::1]:443", "2001:db8::1"), ("[::1]", "::1"),
        ("2001:db8::1", "2001:db8::1"),
    ])
    func `a hop may have a port and brackets`(hop: String, address: String) {
        #expect(IPAddress(hop: hop) == IPAddress(address) && IPAddress(address) != nil)
    }

    @Test(arguments: [
        "", " ", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:123456", "[::1", "[1.2.3.4]", "[::1]x", "[]", ":80", "_a",
    ])
    func `a hop that is no address is none`(hop: String) {
        #expect(IPAddress(hop: hop) == nil)
    }

    @Test func `loopback is 127 and one`() throws {
        for text in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            #expect(IPAddress(text)?.isLoopback == true)
        }
        for text in ["128.0.0.1", "::2", "::", "0.0.0.0", "::7f00:1"] { #expect(IPAddress(text)?.isLoopback == false) }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3/8", "10.9.9.9", true),
        ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false), ("0.0.0.0/0", "9.9.9.9", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "9.9.9.9", true), ("2001:db8::/32", "2001:db8:9::1", true),
        ("2001:db8::/32", "2001:db9::1", false), ("10.0.0.0/8", "::ffff:10.0.0.1", true),
        ("::ffff:10.0.0.0/104", "10.3.4.5", true), ("::1/128", "::1", true),
        ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
    ])
    func `a network holds its addresses`(network: String, address: String, isInside: Bool) throws {
        let range = try #require(IPRange(network))
        #expect(range.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/a", "::/129", "/8", "10/8", "::/+8", "x/8",
    ])
    func `anything else is no network`(text: String) {
        #expect(IPRange(text) == nil)
    }
}
