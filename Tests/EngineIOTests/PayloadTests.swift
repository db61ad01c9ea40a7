import NIOCore
import Testing

@testable import EngineIO

struct PayloadTests {
    private static func decode(_ body: String) throws -> [InboundPacket] {
        var packets: [InboundPacket] = []
        try PollingPayload.decode(ByteBuffer(string: body)) { packet throws(PacketError) in
            packets.append(packet)
            return true
        }
        return packets
    }

    @Test func `a body is split at record separators, in order`() throws {
        #expect(
            try Self.decode("4a\u{1e}2\u{1e}bAQI=\u{1e}4") == [
                .text(.message, ByteBuffer(string: "a")), .text(.ping, ByteBuffer()),
                .binary(ByteBuffer(bytes: [1, 2])), .text(.message, ByteBuffer()),
            ]
        )
    }

    @Test(arguments: ["", "abc", "7", "4a\u{1e}", "\u{1e}4a", "b!", "bA", "bAQ=", "4a\u{1e}\u{1e}4b"])
    func `what is no packet is refused`(body: String) {
        #expect(throws: PacketError.malformed) { try Self.decode(body) }
    }

    @Test func `packets before a malformed one were handed over`() {
        var seen = 0
        #expect(throws: PacketError.malformed) {
            try PollingPayload.decode(ByteBuffer(string: "4a\u{1e}x")) { _ throws(PacketError) in
                seen += 1
                return true
            }
        }
        #expect(seen == 1)
    }

    @Test func `messages are joined, binary as base64`() {
        var body = ByteBuffer()
        PollingPayload.append(OutboundMessage { $0.writeString("hi") }, to: &body)
        PollingPayload.append(OutboundMessage(binary: ByteBuffer(bytes: [1, 2, 3, 4])), to: &body)
        PollingPayload.append(.ping, to: &body)
        #expect(String(buffer: body) == "4hi\u{1e}bAQIDBA==\u{1e}2")
    }

    @Test(arguments: [0, 1, 124, 125, 65534, 65535])
    func `a message is kept as a finished frame`(length: Int) {
        let message = OutboundMessage { $0.writeRepeatingByte(UInt8(ascii: "x"), count: length) }
        var frame = message.frame
        #expect(frame.readInteger(as: UInt8.self) == 0x81)
        let first = frame.readInteger(as: UInt8.self)
        switch first {
        case 126: #expect(frame.readInteger(as: UInt16.self).map(Int.init) == length + 1)
        case 127: #expect(frame.readInteger(as: UInt64.self).map(Int.init) == length + 1)
        default: #expect(first.map(Int.init) == length + 1)
        }
        #expect(frame == message.payload)
        #expect(frame.readableBytes == length + 1)
    }

    @Test func `base64 comes back as it was, for every length`() {
        for length in 0..<40 {
            let bytes = ByteBuffer(bytes: (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) })
            var text = ByteBuffer()
            Base64.encode(bytes, into: &text)
            #expect(text.readableBytes % 4 == 0)
            #expect(Base64.decode(text) == bytes)
        }
    }
}
