import EngineIO
import NIOCore
import Testing

/// Engine.IO 4 over WebSocket; RFC 6455 itself has a suite of its own.
extension ProtocolConformanceTests {
    @Test func `text comes back as text, binary as binary`() async throws {
        try await withEngineIO { polling in
            let client = try await polling.webSocket()
            try await client.send("4€😀")
            #expect(try await client.message() == .text("4€😀"))
            try await client.send(binary: [0, 1, 255])
            #expect(try await client.message() == .binary([0, 1, 255]))
        }
    }

    @Test(arguments: [("abc", 1002), ("1", 1000), ("2", 1000), ("", 1002)] as [(String, UInt16)])
    func `an invalid or closing packet closes the connection`(packet: String, code: UInt16) async throws {
        try await withEngineIO { polling in
            let client = try await polling.webSocket()
            try await client.send(packet)
            #expect(try await client.next() == .close(code))
        }
    }

    @Test func `open, upgrade and noop packets from a client are ignored`() async throws {
        try await withEngineIO { polling in
            let client = try await polling.webSocket()
            for packet in ["0", "5", "6", "4x"] { try await client.send(packet) }
            #expect(try await client.message() == .text("4x"))
        }
    }

    private static let refusedFrames: [(name: String, frames: [TestFrame], code: UInt16)] = [
        ("no mask", [TestFrame(.text, "4x").with(\.mask, nil)], 1002),
        ("a reserved bit", [TestFrame(.text, "4x").with(\.reserved, 4)], 1002),
        ("text that is not UTF-8", [TestFrame(.text, [0x34, 0xff])], 1007),
        ("a frame over maxPayload", [TestFrame(.text).with(\.statedLength, 1_000_001)], 1009),
        ("a text in the middle of another", [TestFrame(.text, "4x", isFinal: false), TestFrame(.text, "4x")], 1002),
    ]

    @Test(arguments: refusedFrames.indices)
    func `what RFC 6455 forbids closes with its status`(index: Int) async throws {
        let (name, frames, code) = Self.refusedFrames[index]
        try await withEngineIO { polling in
            let client = try await polling.webSocket()
            try await client.send(frames)
            #expect(try await client.next() == .close(code), "\(name)")
        }
    }

    @Test func `fragments with control frames between them are one message`() async throws {
        try await withEngineIO { polling in
            let client = try await polling.webSocket()
            try await client.send(
                TestFrame(.text, "4a", isFinal: false),
                TestFrame(.ping, "p"),
                TestFrame(.continuation, "b", isFinal: false),
                TestFrame(.pong),
                TestFrame(.continuation, "c")
            )
            #expect(try await client.next() == .pong([0x70]))
            #expect(try await client.next() == .text("4abc"))
        }
    }

    @Test func `a message has a bounded number of fragments and a bounded time`() async throws {
        try await withEngineIO({ $0.messageTimeout = .milliseconds(300) }) { polling in
            let many = try await polling.webSocket()
            let tiny = Array(repeating: TestFrame(.continuation, "x", isFinal: false), count: 4096)
            try await many.send([TestFrame(.text, "4", isFinal: false)] + tiny)
            #expect(try await many.next() == .close(1008))
            let slow = try await polling.webSocket()
            try await slow.send(TestFrame(.text, "4", isFinal: false))
            #expect(try await slow.next() == .close(1008))
            let half = try await polling.webSocket()
            try await half.write(ByteBuffer(bytes: [0x81]))
            #expect(try await half.next() == .close(1008))
        }
    }

    @Test func `permessage-deflate is declined`() async throws {
        try await withEngineIO { polling in
            let client = try await TestClient.connect(port: polling.port)
            let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
            try await client.write(
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n\(TestPolling.upgrade)\(offer)\r\n"
            )
            let answer = try await TestPolling.response(client.next())
            #expect(answer.status == 101)
            #expect(!answer.head.lowercased().contains("extensions"))
            _ = try await client.next()
            try await client.send(TestFrame(.text, "4x").with(\.reserved, 4))
            #expect(try await client.next() == .close(1002), "and a compressed message is none")
        }
    }
}
