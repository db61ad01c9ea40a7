import NIOCore
import Testing

@testable import SocketIO

struct PacketTests {
    private static func decode(_ text: String) throws(PacketError) -> Packet? {
        var decoder = PacketDecoder(maxAttachments: 10, maxAttachmentBytes: 1000)
        return try decoder.receive(text: ByteBuffer(string: text))
    }

    @Test func `an event is split into namespace, ack id, name and raw arguments`() throws {
        let packet = try #require(try Self.decode(#"2/admin,12["say",{"b":1,"a":2},"x"]"#))
        #expect(packet.kind == .event)
        #expect(packet.namespace == "/admin")
        #expect(packet.ackID == 12)
        #expect(packet.name == "say")
        #expect(packet.arguments.map { String(buffer: $0.text) } == [#"{"b":1,"a":2}"#, "\"x\""])
    }

    @Test(arguments: [("0", "/"), ("0/a", "/a"), ("0/a,", "/a"), (#"0/a,{"t":1}"#, "/a"), (#"0{"t":1}"#, "/")])
    func `connect works with and without namespace and payload`(text: String, namespace: String) throws {
        let packet = try #require(try Self.decode(text))
        #expect(packet.kind == .connect)
        #expect(packet.namespace == namespace)
        #expect(packet.auth.object != nil)
    }

    @Test(arguments: [
        "", "7", "abc", "2", "2{}", "2[]", "2[1]", "2abc[\"x\"]", "2[\"x\"", "2[\"x\"]x", "0[1]", "0\"x\"", "1x",
        "3", "3{}", "4{}",
        "5[\"x\"]", "5x-[\"x\"]", "5-[\"x\"]", "29999999999999999[\"x\"]",
    ])
    func `what is no packet, or not a client's, is refused`(text: String) {
        #expect(throws: PacketError.malformed) { try Self.decode(text) }
    }

    @Test(arguments: ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"])
    func `reserved names are refused`(name: String) {
        #expect(throws: PacketError.reservedName) { try Self.decode("2[\"\(name)\"]") }
    }

    @Test func `a binary event waits for all its attachments`() throws {
        var decoder = PacketDecoder(maxAttachments: 10, maxAttachmentBytes: 1000)
        let text = ByteBuffer(string: #"52-["up",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#)
        let first = try decoder.receive(text: text)
        let second = try decoder.receive(binary: ByteBuffer(bytes: [1]))
        let third = try decoder.receive(binary: ByteBuffer(bytes: [2]))
        #expect(first == nil)
        #expect(second == nil)
        let packet = try #require(third)
        #expect(packet.attachments == [ByteBuffer(bytes: [1]), ByteBuffer(bytes: [2])])
        #expect(packet.arguments.count == 2)
    }

    @Test func `text before all attachments, a stray attachment and too many of them are refused`() throws {
        var decoder = PacketDecoder(maxAttachments: 10, maxAttachmentBytes: 1000)
        _ = try decoder.receive(text: ByteBuffer(string: #"51-["x"]"#))
        #expect(throws: PacketError.malformed) { try decoder.receive(text: ByteBuffer(string: #"2["x"]"#)) }
        var fresh = PacketDecoder(maxAttachments: 10, maxAttachmentBytes: 1000)
        #expect(throws: PacketError.malformed) { try fresh.receive(binary: ByteBuffer(bytes: [1])) }
        #expect(throws: PacketError.tooManyAttachments) { try Self.decode(#"511-["x"]"#) }
        var heavy = PacketDecoder(maxAttachments: 10, maxAttachmentBytes: 1000)
        _ = try heavy.receive(text: ByteBuffer(string: #"53-["x"]"#))
        _ = try heavy.receive(binary: ByteBuffer(repeating: 0, count: 600))
        #expect(throws: PacketError.tooManyAttachments) {
            try heavy.receive(binary: ByteBuffer(repeating: 0, count: 600))
        }
    }

    @Test func `no short text traps`() {
        let alphabet = Array("0123456789-/,[]{}\"\\x:_ ".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12)).compactMap { _ in alphabet.randomElement() }
            var decoder = PacketDecoder(maxAttachments: 10, maxAttachmentBytes: 1000)
            _ = try? decoder.receive(text: ByteBuffer(bytes: bytes))
        }
    }
}
