import NIOCore
import Testing

@testable import SocketIORedis

@Suite struct RESPDecoderTests {
    @Test(
        arguments: [
            ("+OK\r\n", .simple("OK")), ("-ERR no\r\n", .error("ERR no")), (":-7\r\n", .integer(-7)),
            ("$-1\r\n", .bulk(nil)), ("$0\r\n\r\n", .bulk(ByteBuffer())),
            ("$4\r\na\r\nb\r\n", .bulk(ByteBuffer(string: "a\r\nb"))), ("*-1\r\n", .array(nil)), ("*0\r\n", .array([])),
            ("*2\r\n:1\r\n*1\r\n+x\r\n", .array([.integer(1), .array([.simple("x")])])),
        ] as [(String, RESPValue)]
    )
    func `an answer is read when it is whole, and not before`(text: String, expected: RESPValue) throws {
        var whole = ByteBuffer(string: text + "+next\r\n")
        #expect(try RESPDecoder.read(&whole) == expected)
        #expect(try RESPDecoder.read(&whole) == .simple("next"))
        for count in 0..<text.utf8.count {
            let bytes = ByteBuffer(bytes: text.utf8.prefix(count))
            var part = bytes
            #expect(try RESPDecoder.read(&part) == nil)
            #expect(part == bytes)
        }
    }

    @Test(
        arguments: [
            "x\r\n", ":a\r\n", ":\r\n", "$a\r\n", "$-2\r\n", "$99999999999\r\n", "$1\r\nabc", "*-2\r\n",
            "*99999999\r\n",
            "$9223372036854775807\r\n", "+a\rb\r\n", "HTTP/1.1 400\r\n",
            String(repeating: "*1\r\n", count: 20), "+" + String(repeating: "x", count: 70_000),
        ]
    )
    func `what is no answer is refused`(text: String) {
        var buffer = ByteBuffer(string: text)
        #expect(throws: RedisError.malformed) { try RESPDecoder.read(&buffer) }
    }
}
