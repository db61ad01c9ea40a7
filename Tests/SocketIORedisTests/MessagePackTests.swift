import NIOCore
import SocketIO
import Testing

@testable import SocketIORedis

@Suite struct MessagePackTests {
    @Test(
        arguments: [
            "null", "true", "false", "0", "127", "128", "-1", "-32", "-33", "65536", "9223372036854775807",
            "-9223372036854775808", "1.5", "-0.25", "1e+20", #""""#, #""a\"b\\\n\u0001é😀""#, "[]", "{}",
            #"{"a":[1,{"b":null}]}"#,
            "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]",
        ]
    )
    func `values come back as they were`(text: String) throws {
        let json = try JSON(validating: ByteBuffer(string: text))
        let (read, attachments) = try MessagePack.decode(MessagePack.encode(json))
        #expect(read == json && attachments.isEmpty)
    }

    @Test func `long texts, lists, objects and binary values come back`() throws {
        let attachments = [0, 255, 256, 70_000].map { ByteBuffer(repeating: 7, count: $0) }
        let json = JSON.object { fields in
            for length in [31, 32, 255, 256, 65_535, 65_536] {
                fields.field("text\(length)", String(repeating: "x", count: length))
            }
            fields.field("list", Array(0..<70_000))
            for index in attachments.indices { fields.field("binary\(index)", JSON.attachment(index)) }
        }
        let read = try MessagePack.decode(MessagePack.encode(json, attachments))
        #expect(read.0 == json)
        #expect(read.1 == attachments)
    }

    @Test func `numbers of every width are read`() throws {
        let bytes: [UInt8] = [
            0x9a, 0xcc, 200, 0xcd, 1, 0, 0xce, 0, 1, 0, 0, 0xcf, 0, 0, 0, 1, 0, 0, 0, 0, 0xd0, 0x80, 0xd1, 0x80, 0,
            0xd2, 0x80, 0, 0, 0, 0xca, 0x3f, 0x80, 0, 0, 0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0, 0xcf, 255, 255, 255, 255,
            255,
            255, 255, 255,
        ]
        let (json, _) = try MessagePack.decode(ByteBuffer(bytes: bytes))
        let expected = "[200,256,65536,4294967296,-128,-32768,-2147483648,1.0,null,18446744073709551615]"
        #expect(String(buffer: json.text) == expected)
    }

    @Test func `a part of a value is none, and neither is a value with something behind it`() throws {
        let json = try JSON(validating: ByteBuffer(string: #"{"a":["text",1.5,{"b":[true,null,-7000]}]}"#))
        let whole = MessagePack.encode(json, [])
        for length in 0..<whole.readableBytes {
            let part = try #require(whole.getSlice(at: 0, length: length))
            #expect(throws: MessagePack.Failure.self) { try MessagePack.decode(part) }
        }
        var longer = whole
        longer.writeInteger(UInt8(0xc0))
        #expect(throws: MessagePack.Failure.self) { try MessagePack.decode(longer) }
    }

    @Test(
        arguments: [
            [0xc1], [0xc7, 1, 1, 1], [0xd4, 1, 1], [0xdd, 255, 255, 255, 255], [0xdf, 255, 255, 255, 255],
            [0xc6, 255, 255, 255, 255], [0xdb, 255, 255, 255, 255], [0x81, 0x01, 0x01], [0x81, 0xc0, 0x01],
        ] as [[UInt8]]
    )
    func `what is no value is refused`(bytes: [UInt8]) {
        #expect(throws: MessagePack.Failure.self) { try MessagePack.decode(ByteBuffer(bytes: bytes)) }
    }

    @Test func `nesting has a bound, and no bytes trap`() {
        let deep = ByteBuffer(bytes: Array(repeating: UInt8(0x91), count: 100_000))
        #expect(throws: MessagePack.Failure.self) { try MessagePack.decode(deep) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...60)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? MessagePack.decode(ByteBuffer(bytes: bytes))
        }
    }
}
