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
        var decoder = RESPDecoder()
        #expect(try decoder.read(&whole) == expected)
        #expect(try decoder.read(&whole) == .simple("next"))
        var part = ByteBuffer()
        for byte in text.utf8.dropLast() {
            part.writeInteger(byte)
            #expect(try decoder.read(&part) == nil)
        }
        part.writeString("\n")
        #expect(try decoder.read(&part) == expected)
    }

    @Test func `strings beyond the bound of an answer are passed over, however they come`() throws {
        let text = "*4\r\n$4\r\nabcd\r\n$7\r\ntoolong\r\n$2\r\nef\r\n$1\r\nx\r\n"
        let expected = RESPValue.array([
            .bulk(ByteBuffer(string: "abcd")), .skipped, .bulk(ByteBuffer(string: "ef")), .skipped,
        ])
        for step in [1, 5, text.utf8.count] {
            var decoder = RESPDecoder(maxBytes: 6)
            var (bytes, buffer, answer) = (text.utf8[...], ByteBuffer(), RESPValue?.none)
            while !bytes.isEmpty {
                buffer.writeBytes(bytes.prefix(step))
                bytes = bytes.dropFirst(step)
                answer = try decoder.read(&buffer)
            }
            #expect(answer == expected)
            // Of the next answer as much is kept.
            buffer.writeString("$6\r\nabcdef\r\n")
            #expect(try decoder.read(&buffer) == .bulk(ByteBuffer(string: "abcdef")))
        }
    }

    @Test func `what an endless string takes is not kept`() throws {
        var decoder = RESPDecoder(maxBytes: 1000)
        var buffer = ByteBuffer(string: "$500000000\r\n")
        for _ in 0..<100 {
            buffer.writeRepeatingByte(7, count: 500)
            #expect(try decoder.read(&buffer) == nil)
            #expect(buffer.readableBytes == 0)
        }
    }

    @Test(
        arguments: [
            "x\r\n", ":a\r\n", ":\r\n", "$a\r\n", "$-2\r\n", "$99999999999\r\n", "$1\r\nabc", "*-2\r\n",
            "$9223372036854775807\r\n", "+a\rb\r\n", "HTTP/1.1 400\r\n",
            String(repeating: "*1\r\n", count: 20), "+" + String(repeating: "x", count: 70_000), "\r\n",
        ]
    )
    func `what is no answer is refused`(text: String) {
        var (decoder, buffer) = (RESPDecoder(maxBytes: 1 << 20), ByteBuffer(string: text))
        #expect(throws: RedisError.malformed) { try decoder.read(&buffer) }
    }

    @Test func `an array beyond the bound of an answer is passed over, with all that is in it`() throws {
        let numbers = "*30000\r\n" + String(repeating: ":1\r\n", count: 30_000)
        let kept = RESPValue.array(Array(repeating: .integer(1), count: 30_000))
        let text = "*5\r\n\(numbers)\(numbers)\(numbers)*2\r\n:2\r\n+x\r\n*1\r\n*99999\r\n"
        var (decoder, buffer) = (
            RESPDecoder(), ByteBuffer(string: text + String(repeating: "*1\r\n:1\r\n", count: 99_999))
        )
        let expected = [kept, kept, .skipped, .array([.integer(2), .simple("x")]), .array([.skipped])]
        #expect(try decoder.read(&buffer) == .array(expected))
        // Of the next answer as much is kept.
        buffer.writeString(numbers)
        #expect(try decoder.read(&buffer) == kept)
    }

    @Test func `an answer has a bound for its lines`() {
        let lines = String(repeating: "+" + String(repeating: "x", count: 60_000) + "\r\n", count: 20)
        var (decoder, buffer) = (RESPDecoder(maxBytes: 1 << 20), ByteBuffer(string: "*20\r\n" + lines))
        #expect(throws: RedisError.malformed) { try decoder.read(&buffer) }
    }

    @Test func `what an endless array takes is not kept`() throws {
        var decoder = RESPDecoder()
        var buffer = ByteBuffer(string: "*\(Int.max)\r\n")
        for _ in 0..<1000 {
            buffer.writeString("*1\r\n:1\r\n")
            #expect(try decoder.read(&buffer) == nil)
            #expect(buffer.readableBytes == 0)
        }
    }
}
