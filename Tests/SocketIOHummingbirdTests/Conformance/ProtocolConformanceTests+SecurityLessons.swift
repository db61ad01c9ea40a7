import EngineIO
import NIOCore
import ServiceLifecycle
import SocketIO
import Testing

/// What the protocol's security record teaches. Others of its lessons stand with their topics: ids and origins under
/// Handshake, bodies under Polling, fragments under WebSocket, attachments, names and nesting under SocketIOInvalid.
extension ProtocolConformanceTests {
    /// Runs `body` beside a client that must be served all the while.
    private static func withBystander(
        _ change: @escaping (inout SocketIOConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (TestPolling, _ isServed: () async throws -> Bool) async throws -> Void
    ) async throws {
        try await withSocketIO(change) { polling in
            let bystander = try await polling.socket()
            try await body(polling) {
                try await bystander.send(#"421["message-with-ack","here"]"#)
                return try await bystander.message() == .text(#"431["here"]"#)
            }
            try await bystander.send(#"42["message","still"]"#)
            #expect(try await bystander.message() == .text(#"42["message-back","still"]"#))
        }
    }

    @Test func `an invalid frame closes one connection, never the process`() async throws {
        try await Self.withBystander { polling, isServed in
            let frames: [TestFrame] = [
                TestFrame(.text).with(\.statedLength, .max), TestFrame(.binary).with(\.statedLength, 1 << 63),
                TestFrame(.text).with(\.statedLength, UInt64(Int64.max)), TestFrame(.ping).with(\.statedLength, .max),
                TestFrame(.continuation, "x"), TestFrame(.close, [3]), TestFrame(.text, [0x34, 0xc0, 0xaf]),
                TestFrame(.binary, [1, 2, 3]), TestFrame(.text, ""), TestFrame(.text, "\u{0}"),
                TestFrame(.text, "4599999999999999999999-[\"x\"]"),
                TestFrame(.text, "42/" + String(repeating: "a", count: 9)),
                TestFrame(.text, "4299999999999999999999[\"x\"]"), TestFrame(.text, "45-1-[\"x\"]"),
            ]
            for frame in frames {
                let client = try await polling.webSocket()
                try await client.send(frame)
                guard case .close = try await client.next() else {
                    Issue.record("\(frame) was not refused")
                    continue
                }
                #expect(try await isServed())
            }
        }
    }

    @Test func `an invalid header or upgrade closes one connection, never the process`() async throws {
        try await Self.withBystander { polling, isServed in
            let target = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n"
            let requests = [
                "GARBAGE\r\n\r\n", "GET\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}", "GET / HTTP/9.9\r\n\r\n",
                "POST /socket.io/ HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST /socket.io/ HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
                target.replacing("HTTP/1.1", with: "HTTP/1.0") + TestPolling.upgrade + "\r\n",
                target + TestPolling.upgrade.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "====") + "\r\n",
                target + TestPolling.upgrade.replacing("websocket", with: "h2c") + "\r\n",
                target.replacing("GET", with: "POST") + TestPolling.upgrade + "\r\n",
                target.replacing("Host: a\r\n", with: "") + TestPolling.upgrade + "\r\n",
            ]
            for request in requests {
                let client = try await TestClient.connect(port: polling.port)
                try await client.write(request)
                let answer = try await client.next()
                if case .http(let text) = answer { #expect(text.contains(" 400 Bad Request")) }
                #expect(try await isServed(), "after \(request)")
                try? await client.close()
            }
        }
    }

    @Test func `number and size of headers are capped`() async throws {
        try await Self.withBystander { polling, isServed in
            let many = (0..<150).map { "X-\($0): y\r\n" }.joined()
            let large = "X-Large: \(String(repeating: "y", count: 20_000))\r\n"
            let heavy = (0..<9).map { "X-\($0): \(String(repeating: "y", count: 4000))\r\n" }.joined()
            for headers in [many, large, heavy] {
                let client = try await TestClient.connect(port: polling.port)
                try await client.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\(headers)\r\n")
                let answer = try await client.next()
                if case .http(let text) = answer { #expect(!text.hasPrefix("HTTP/1.1 200")) }
                #expect(try await isServed())
                try? await client.close()
            }
            let fits = (0..<80).map { "X-\($0): y\r\n" }.joined()
            #expect(try await polling.get("EIO=4&transport=polling", fits).status == 200)
        }
    }

    @Test func `a reset during a rejected upgrade is an ordinary event`() async throws {
        try await Self.withBystander { polling, isServed in
            for query in ["EIO=3&transport=websocket", "EIO=4&transport=websocket&sid=x", "EIO=4&transport=y", ""] {
                for _ in 0..<20 {
                    let client = try await TestClient.connect(port: polling.port)
                    try await client.write(
                        "GET /socket.io/?\(query) HTTP/1.1\r\nHost: a\r\n\(TestPolling.upgrade)\r\n"
                    )
                    try await client.reset()
                }
                #expect(try await isServed())
            }
        }
    }

    @Test(arguments: ["polling", "websocket", "", "%00", "constructor"])
    func `unknown sids with any transport are ordinary input`(transport: String) async throws {
        try await Self.withBystander { polling, isServed in
            for sid in ["", "x", "__proto__", "%ff%00", String(repeating: "a", count: 5000)] {
                for method in ["GET", "POST", "OPTIONS", "DELETE"] {
                    for headers in ["", TestPolling.upgrade] {
                        let query = "EIO=4&transport=\(transport)&sid=\(sid)"
                        let answer = try await polling.request(method, query, "", headers)
                        #expect(answer.status == 400, "\(method) \(query)")
                    }
                }
            }
            #expect(try await isServed())
        }
    }

    @Test func `a name that is no text closes the connection`() async throws {
        try await Self.withBystander { polling, isServed in
            for name in ["1", "null", "true", "{}", "[]", #"{"toString":1}"#, "1e400"] {
                let client = try await polling.socket()
                try await client.send("42[\(name)]")
                #expect(try await client.message() == .close(1002))
            }
            #expect(try await isServed())
        }
    }

    /// Inputs of `size` bytes that are known to have cost some parser square time.
    private static let costly: [(name: String, make: @Sendable (Int) -> String)] = [
        ("many arguments", { "42[\"none\"" + String(repeating: ",1", count: $0 / 2) + "]" }),
        ("one long string with escapes", { "42[\"none\",\"" + String(repeating: "\\n", count: $0 / 2) + "\"]" }),
        ("deep and wide", { "42[\"none\"" + String(repeating: ",[[[[]]]]", count: $0 / 9) + "]" }),
        ("a long namespace", { "42/" + String(repeating: "a", count: $0) }),
        (
            "placeholders",
            { "451-[\"none\"" + String(repeating: ",{\"_placeholder\":true,\"num\":0}", count: $0 / 30) + "]" }
        ),
    ]

    @Test(arguments: costly.indices)
    func `parsing takes time linear in the input`(index: Int) async throws {
        let make = Self.costly[index].make
        try await withSocketIO({ $0.maxInboxBytes = 1 << 28 }) { polling in
            func best(_ size: Int) async throws -> Duration {
                var best = Duration.seconds(60)
                for _ in 0..<2 {
                    let client = try await polling.socket()
                    let text = make(size)
                    let start = Self.clock.now
                    try await client.send(text)
                    // Answered behind it; a connection that it closes is timed until then, and may be closed already.
                    if text.hasPrefix("45") { try? await client.send(binary: [1]) }
                    try? await client.send("421[\"message-with-ack\"]")
                    _ = try await client.message()
                    best = min(best, Self.clock.now - start)
                }
                return best
            }
            let (small, large) = (try await best(10_000), try await best(160_000))
            // 16 times as much: square time would take 256 times as long.
            #expect(large < small * 16 * 5 + .milliseconds(50), "\(small) and \(large)")
        }
    }

    @Test func `a shutdown closes transports without DISCONNECT, the server's will sends it`() async throws {
        let journal = Journal()
        try await withServer { io in
            io.namespace("/").on("kick") { socket, _ in socket.disconnect() }
            io.namespace("/").onDisconnect { _, reason, _ in journal.note(reason.description) }
        } _: { port, services in
            let kicked = try await TestClient.socket(port: port)
            try await kicked.send(#"42["kick"]"#)
            #expect(try await kicked.next() == .text("41"))
            #expect(await journal.next() == "server namespace disconnect")
            let socket = try await TestClient.socket(port: port)
            let polling = try await TestClient.connect(port: port)
            let sid = try await polling.handshake()
            try await polling.write("GET /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\n\r\n")
            await services.triggerGracefulShutdown()
            #expect(try await socket.next() == .close(1001))
            #expect(await journal.next() == "server shutting down")
            guard case .http(let answer) = try await polling.next() else { return }
            #expect(answer.hasSuffix("\r\n\r\n6"), "python-socketio does not reconnect after a close packet")
        }
    }
}
