import EngineIO
import NIOCore
import Testing

/// What RFC 6455 asks of a server, over real connections to an echo, on one event loop, on several, and for a session
/// that may live on another loop than its WebSocket.
@Suite(.timeLimit(.minutes(2)))
struct RFC6455Tests {
    struct Setup: CustomTestStringConvertible {
        var loops: Int
        var isUpgraded = false

        static let all = [Setup(loops: 1), Setup(loops: 3), Setup(loops: 3, isUpgraded: true)]

        var testDescription: String { "\(self.loops) loops\(self.isUpgraded ? ", upgraded" : "")" }
    }

    /// What a row of frames must lead to.
    struct Case: Sendable {
        var name: String
        var frames: [TestFrame]
        var answers: [TestClient.Received]

        init(_ name: String, _ frames: TestFrame..., answers: TestClient.Received...) {
            self.name = name
            self.frames = frames
            self.answers = answers
        }

        init(_ name: String, _ frames: TestFrame..., closes code: UInt16) {
            self.name = name
            self.frames = frames
            self.answers = [.close(code)]
        }
    }

    /// Opens WebSockets of the setup's kind.
    static func withWebSockets(
        _ setup: Setup,
        _ change: (inout EngineConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (_ open: () async throws -> TestClient) async throws -> Void
    ) async throws {
        try await withEngineIO(loops: setup.loops, change) { polling in
            try await body {
                guard setup.isUpgraded else {
                    return try await TestClient.webSocket(port: polling.port, answersClose: false)
                }
                let sid = try await polling.open()
                let client = try await TestClient.webSocket(port: polling.port, sid: sid, answersClose: false)
                try await client.send("2probe")
                #expect(try await client.next() == .text("3probe"))
                try await client.send("5")
                return client
            }
        }
    }

    /// Sends each case on a connection of its own, whole, and again byte by byte where it is short.
    static func check(_ cases: [Case], _ setup: Setup) async throws {
        try await self.withWebSockets(setup) { open in
            for example in cases {
                for isChopped in [false, true] {
                    var bytes = ByteBuffer()
                    for frame in example.frames { frame.write(to: &bytes) }
                    guard !isChopped || bytes.readableBytes < 40 else { continue }
                    let client = try await open()
                    while let part = bytes.readSlice(length: isChopped ? 1 : bytes.readableBytes),
                        part.readableBytes > 0
                    {
                        // Closed before the last byte: that is an answer, too.
                        do { try await client.write(part) } catch { break }
                    }
                    for answer in example.answers {
                        var received = try await client.next()
                        // What the application said before its session's end may still come.
                        if case .close = answer, case .text = received { received = try await client.next() }
                        #expect(received == answer, "\(example.name), \(isChopped ? "chopped" : "whole")")
                    }
                    try? await client.close()
                }
            }
        }
    }

    @Test(arguments: Setup.all) func `messages of every length and form come back`(setup: Setup) async throws {
        try await Self.withWebSockets(setup) { open in
            let client = try await open()
            for length in [0, 1, 124, 125, 126, 127, 128, 65_534, 65_535, 65_536, 65_537, 300_000] {
                let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
                try await client.send(binary: bytes)
                #expect(try await client.next() == .binary(bytes))
                let text = "4" + String(repeating: "é", count: length / 2)
                try await client.send(text)
                #expect(try await client.next() == .text(text))
            }
        }
    }

    @Test(arguments: Setup.all) func `every byte of a mask is taken off`(setup: Setup) async throws {
        try await Self.withWebSockets(setup) { open in
            let client = try await open()
            for mask in [[0, 0, 0, 0], [255, 255, 255, 255], [1, 2, 3, 4], [0x34, 0, 0, 0x80]] as [[UInt8]] {
                for length in 0..<20 {
                    let bytes = (0..<length).map { UInt8($0 * 13) }
                    try await client.send(TestFrame(.binary, bytes).with(\.mask, mask))
                    #expect(try await client.message() == .binary(bytes))
                }
            }
        }
    }

    @Test(arguments: Setup.all) func `fragments make one message, with control frames between them`(setup: Setup)
        async throws
    {
        try await Self.check(
            [
                Case(
                    "two",
                    TestFrame(.text, "4a", isFinal: false),
                    TestFrame(.continuation, "b"),
                    answers: .text("4ab")
                ),
                Case(
                    "empty ones",
                    TestFrame(.text, "", isFinal: false),
                    TestFrame(.continuation, "4", isFinal: false),
                    TestFrame(.continuation, ""),
                    answers: .text("4")
                ),
                Case(
                    "binary",
                    TestFrame(.binary, [1], isFinal: false),
                    TestFrame(.continuation, [2]),
                    answers: .binary([1, 2])
                ),
                Case(
                    "a ping between",
                    TestFrame(.text, "4a", isFinal: false),
                    TestFrame(.ping, "x"),
                    TestFrame(.continuation, "b"),
                    answers: .pong([0x78]),
                    .text("4ab")
                ),
                Case(
                    "a pong between",
                    TestFrame(.text, "4a", isFinal: false),
                    TestFrame(.pong, "x"),
                    TestFrame(.continuation, "b"),
                    answers: .text("4ab")
                ),
                Case("a close between", TestFrame(.text, "4a", isFinal: false), TestFrame.close(1000), closes: 1000),
                Case("a continuation of nothing", TestFrame(.continuation, "x"), closes: 1002),
                Case("a continuation that ends nothing", TestFrame(.continuation, "x", isFinal: false), closes: 1002),
                Case(
                    "a continuation behind a whole message",
                    TestFrame(.text, "4"),
                    TestFrame(.continuation),
                    closes: 1002
                ),
                Case(
                    "a text within a text",
                    TestFrame(.text, "4", isFinal: false),
                    TestFrame(.text, "4"),
                    closes: 1002
                ),
                Case("a binary within a text", TestFrame(.text, "4", isFinal: false), TestFrame(.binary), closes: 1002),
            ],
            setup
        )
    }

    @Test(arguments: Setup.all) func `pings come back with their payload, pongs are ignored`(setup: Setup) async throws
    {
        let long = [UInt8](repeating: 0xff, count: 125)
        try await Self.check(
            [
                Case("empty", TestFrame(.ping), answers: .pong([])),
                Case("bytes that are no text", TestFrame(.ping, [0, 0xff, 0xfe]), answers: .pong([0, 0xff, 0xfe])),
                Case("the longest", TestFrame(.ping, long), answers: .pong(long)),
                Case("too long", TestFrame(.ping, long + [0]), closes: 1002),
                Case("a pong too long", TestFrame(.pong, long + [0]), closes: 1002),
                Case("a close too long", TestFrame.close(1000, long), closes: 1002),
                Case("in order", TestFrame(.ping, "a"), TestFrame(.ping, "b"), answers: .pong([0x61]), .pong([0x62])),
                Case("a pong nobody asked for", TestFrame(.pong, "x"), TestFrame(.ping, "y"), answers: .pong([0x79])),
                Case("a ping in pieces", TestFrame(.ping, "a", isFinal: false), closes: 1002),
                Case("a pong in pieces", TestFrame(.pong, "a", isFinal: false), closes: 1002),
                Case("a close in pieces", TestFrame.close(1000).with(\.isFinal, false), closes: 1002),
            ],
            setup
        )
    }

    @Test(arguments: Setup.all) func `reserved bits and opcodes are refused`(setup: Setup) async throws {
        var cases: [Case] = []
        for bits in 1...7 {
            cases.append(Case("bits \(bits)", TestFrame(.text, "4").with(\.reserved, UInt8(bits)), closes: 1002))
        }
        for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] as [UInt8] {
            cases.append(Case("opcode \(opcode)", TestFrame(.text, "4").with(\.opcode, opcode), closes: 1002))
        }
        cases.append(Case("bits of a ping", TestFrame(.ping).with(\.reserved, 1), closes: 1002))
        cases.append(Case("bits of a close", TestFrame.close(1000).with(\.reserved, 4), closes: 1002))
        try await Self.check(cases, setup)
    }

    @Test(arguments: Setup.all) func `lengths that are not the shortest, negative or too large are refused`(
        setup: Setup
    )
        async throws
    {
        let short = TestFrame(.binary, [UInt8](repeating: 1, count: 125))
        let middle = TestFrame(.binary, [UInt8](repeating: 1, count: 65_535))
        try await Self.check(
            [
                Case("0 in two bytes", TestFrame(.binary).with(\.lengthForm, .two), closes: 1002),
                Case("125 in two bytes", short.with(\.lengthForm, .two), closes: 1002),
                Case("125 in eight bytes", short.with(\.lengthForm, .eight), closes: 1002),
                Case("65535 in eight bytes", middle.with(\.lengthForm, .eight), closes: 1002),
                Case("the top bit", TestFrame(.binary).with(\.statedLength, 1 << 63), closes: 1002),
                Case("all bits", TestFrame(.binary).with(\.statedLength, .max), closes: 1002),
                Case("the largest", TestFrame(.binary).with(\.statedLength, .max >> 1), closes: 1009),
                Case("one over the bound", TestFrame(.binary).with(\.statedLength, 1_000_001), closes: 1009),
                Case(
                    "over the bound in two",
                    TestFrame(.binary, [UInt8](repeating: 1, count: 600_000), isFinal: false),
                    TestFrame(.continuation).with(\.statedLength, 400_001),
                    closes: 1009
                ),
            ],
            setup
        )
    }

    @Test(arguments: Setup.all) func `frames without a mask are refused`(setup: Setup) async throws {
        try await Self.check(
            [TestFrame(.text, "4x"), TestFrame(.binary), TestFrame(.ping), TestFrame.close(1000)]
                .map { Case("opcode \($0.opcode)", $0.with(\.mask, nil), closes: 1002) },
            setup
        )
    }
}
