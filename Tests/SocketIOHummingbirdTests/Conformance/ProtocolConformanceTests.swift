import EngineIO
import Testing

/// Engine.IO 4, a test for each sentence of the protocol that a client can observe.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProtocolConformanceTests {
    private static let clock = ContinuousClock()

    // MARK: - Handshake

    @Test func `a polling handshake is one open packet with all of and only its keys`() async throws {
        try await withEngineIO { polling in
            let answer = try await polling.get("EIO=4&transport=polling")
            #expect(answer.status == 200)
            #expect(answer.head.lowercased().contains("content-type: text/plain; charset=utf-8"))
            #expect(answer.head.lowercased().contains("cache-control: no-store"))
            #expect(answer.body.hasPrefix(#"0{"sid":""#))
            let tail = #"","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
            #expect(answer.body.hasSuffix(tail))
            #expect(answer.body.utf8.count == #"0{"sid":""#.utf8.count + 20 + tail.utf8.count, "the sid has 120 bits")
        }
    }

    @Test func `a WebSocket handshake is the same packet without upgrades`() async throws {
        try await withEngineIO { polling in
            let client = try await TestClient.connect(port: polling.port)
            try await client.upgrade()
            guard case .text(let open) = try await client.next() else { return }
            #expect(open.hasPrefix(#"0{"sid":""#))
            #expect(open.hasSuffix(#"","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#))
        }
    }

    private static let refusals: [(method: String, query: String, code: Int, message: String)] = [
        ("GET", "transport=polling", 5, "Unsupported protocol version"),
        ("GET", "EIO=3&transport=polling", 5, "Unsupported protocol version"),
        ("GET", "EIO=abc&transport=polling", 5, "Unsupported protocol version"),
        ("GET", "EIO=4", 0, "Transport unknown"),
        ("GET", "EIO=4&transport=abc", 0, "Transport unknown"),
        ("GET", "EIO=4&transport=polling&sid=zzz", 1, "Session ID unknown"),
        ("POST", "EIO=4&transport=polling&sid=zzz", 1, "Session ID unknown"),
        ("POST", "EIO=4&transport=polling", 2, "Bad handshake method"),
        ("PUT", "EIO=4&transport=polling", 2, "Bad handshake method"),
        ("GET", "EIO=4&transport=websocket", 3, "Bad request"),
    ]

    @Test(arguments: refusals)
    func `a bad request is refused with the reference server's status and body`(
        method: String,
        query: String,
        code: Int,
        message: String
    ) async throws {
        try await withEngineIO { polling in
            let answer = try await polling.request(method, query)
            #expect(answer == .init(status: 400, body: "{\"code\":\(code),\"message\":\"\(message)\"}"))
            #expect(answer.head.lowercased().contains("content-type: application/json"))
        }
    }

    @Test(arguments: [
        "transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc",
        "EIO=4&transport=websocket&sid=zz",
    ])
    func `a refused WebSocket gets a status instead of 101`(query: String) async throws {
        try await withEngineIO { polling in
            let upgrade = """
                Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n
                """
            let answer = try await polling.get(query, upgrade)
            #expect(answer.status == 400)
        }
    }

    @Test func `a session refused by the application's hook gets 403`() async throws {
        try await withEngineIO({ $0.admits = { $0.query["key"] == "x" } }) { polling in
            let refused = try await polling.get("EIO=4&transport=polling")
            #expect(refused == .init(status: 403, body: #"{"code":4,"message":"Forbidden"}"#))
            #expect(try await polling.get("EIO=4&transport=polling&key=x").status == 200)
        }
    }

    @Test func `origins are denied by default, on every request of a session`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            for origin in ["https://evil.test", "null", "http://a.test.evil.test"] {
                let header = "Origin: \(origin)\r\n"
                #expect(try await polling.get("EIO=4&transport=polling", header).status == 403)
                #expect(try await polling.get("EIO=4&transport=polling&sid=\(sid)", header).status == 403)
                #expect(try await polling.post(sid, "4x", header).status == 403)
            }
            #expect(try await polling.post(sid, "4x", "Origin: http://a.test\r\n").status == 200)
            #expect(try await polling.poll(sid) == .init(status: 200, body: "4x"))
        }
    }

    @Test func `the path ends with its slash`() async throws {
        try await withEngineIO { polling in
            let client = try await TestClient.connect(port: polling.port)
            try await client.write("GET /socket.io?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await TestPolling.response(client.next()).body.hasPrefix("router "))
        }
    }

    // MARK: - Heartbeat

    @Test func `polling is pinged after each interval and kept while it answers`() async throws {
        try await withEngineIO({ $0.useShortHeartbeat(timeout: 5000) }) { polling in
            let sid = try await polling.open()
            for _ in 0..<3 {
                let start = Self.clock.now
                #expect(try await polling.poll(sid) == .init(status: 200, body: "2"))
                #expect(Self.clock.now - start > .milliseconds(280))
                #expect(try await polling.post(sid, "3") == .init(status: 200, body: "ok"))
            }
        }
    }

    @Test func `a silent polling session is gone after interval and timeout, without a GET pending`() async throws {
        try await withEngineIO({ $0.useShortHeartbeat(timeout: 200) }) { polling in
            let sid = try await polling.open()
            try await Task.sleep(for: .milliseconds(600))
            #expect(try await polling.poll(sid).status == 400)
        }
    }

    @Test func `a WebSocket is pinged each interval and closed within the timeout of silence`() async throws {
        try await withEngineIO({ $0.useShortHeartbeat(timeout: 1000) }) { polling in
            let client = try await polling.webSocket()
            for _ in 0..<3 {
                let start = Self.clock.now
                #expect(try await client.next() == .text("2"))
                #expect(Self.clock.now - start > .milliseconds(280))
                try await client.send("3")
            }
            let start = Self.clock.now
            #expect(try await client.next() == .text("2"))
            guard case .close = try await client.next() else { throw TestClient.TimedOut() }
            #expect(Self.clock.now - start > .milliseconds(1280))
            #expect(Self.clock.now - start < .milliseconds(5000))
        }
    }

    // MARK: - Polling

    @Test func `a POST is answered with ok, several packets keep their order`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            #expect(try await polling.post(sid, "4a\u{1e}bAQIDBA==\u{1e}4€\u{1e}4c") == .init(status: 200, body: "ok"))
            #expect(try await polling.poll(sid) == .init(status: 200, body: "4a\u{1e}bAQIDBA==\u{1e}4€\u{1e}4c"))
        }
    }

    @Test func `a second GET ends the first with a close, is refused, and closes the session`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            async let first = polling.poll(sid)
            try await Task.sleep(for: .milliseconds(300))
            #expect(try await polling.poll(sid).status == 400)
            #expect(try await first == .init(status: 200, body: "1"))
            #expect(try await polling.poll(sid).status == 400)
        }
    }

    @Test func `a GET that the client aborts closes the session`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            let client = try await TestClient.connect(port: polling.port)
            try await client.write("GET /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\n\r\n")
            try await client.close()
            // A POST leaves a session alone: asked until the end has come round, within the suite's time limit.
            while try await polling.post(sid, "4x").status == 200 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(
                try await polling.poll(sid) == .init(status: 400, body: #"{"code":1,"message":"Session ID unknown"}"#)
            )
        }
    }

    @Test(arguments: ["abc", "", "4a\u{1e}", "b!!"]) func `a POST of an invalid packet closes the session`(body: String)
        async throws
    {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            #expect(try await polling.post(sid, body).status == 400)
            #expect(try await polling.poll(sid).status == 400)
        }
    }

    @Test func `a close packet ends the pending GET, or the next, with a noop`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            async let pending = polling.poll(sid)
            try await Task.sleep(for: .milliseconds(50))
            #expect(try await polling.post(sid, "1").status == 200)
            #expect(try await pending == .init(status: 200, body: "6"))
            #expect(try await polling.poll(sid).status == 400)

            let next = try await polling.open()
            #expect(try await polling.post(next, "1").status == 200)
            #expect(try await polling.poll(next) == .init(status: 200, body: "6"))
            #expect(try await polling.poll(next).status == 400)
        }
    }

    @Test func `a body over maxPayload is refused by its length and while streaming, and the session survives`()
        async throws
    {
        try await withEngineIO({ $0.maxPayload = 1000 }) { polling in
            let sid = try await polling.open()
            #expect(try await polling.post(sid, "4" + String(repeating: "x", count: 1000)).status == 413)
            let streaming = try await TestClient.connect(port: polling.port)
            try await streaming.write(
                "POST /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            try await streaming.write("3e9\r\n4\(String(repeating: "x", count: 1000))\r\n")
            #expect(try await TestPolling.response(streaming.next()).status == 413)
            #expect(try await polling.post(sid, "4" + String(repeating: "x", count: 999)).status == 200)
        }
    }

    @Test func `an octet stream and other methods are refused`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            #expect(try await polling.post(sid, "4x", "Content-Type: application/octet-stream\r\n").status == 400)
            for method in ["PUT", "DELETE", "PATCH"] {
                #expect(try await polling.request(method, "EIO=4&transport=polling&sid=\(sid)").status == 400)
            }
            #expect(try await polling.post(sid, "4x").status == 200)
        }
    }

    // MARK: - Upgrade

    @Test func `a probe moves the session, and what was queued for polling arrives in order, once`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            async let pending = polling.poll(sid)
            try await Task.sleep(for: .milliseconds(30))
            let client = try await polling.webSocket(sid)
            try await client.send("2probe")
            #expect(try await client.next() == .text("3probe"))
            #expect(try await pending == .init(status: 200, body: "6"))
            #expect(try await polling.post(sid, "4a\u{1e}bAQI=\u{1e}4b").status == 200)
            try await client.send("5")
            try await client.send("4c")
            for expected in [.text("4a"), .binary([1, 2]), .text("4b"), .text("4c")] as [TestClient.Received] {
                #expect(try await client.message() == expected)
            }
            #expect(try await polling.poll(sid) == .init(status: 400, body: #"{"code":3,"message":"Bad request"}"#))
        }
    }

    @Test func `a second WebSocket is accepted and closed, the first stays usable`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            let first = try await polling.webSocket(sid)
            try await first.send("2probe")
            _ = try await first.next()
            try await first.send("5")
            try await first.send("4a")
            #expect(try await first.message() == .text("4a"))
            let second = try await polling.webSocket(sid)
            #expect(try await second.next() == .close(1000))
            try await first.send("4b")
            #expect(try await first.message() == .text("4b"))
        }
    }

    @Test(arguments: ["2wrong", "4hello", "3probe", "5"])
    func `a wrong probe closes that WebSocket, polling lives`(packet: String) async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            let client = try await polling.webSocket(sid)
            try await client.send(packet)
            guard case .close = try await client.next() else { throw TestClient.TimedOut() }
            #expect(try await polling.post(sid, "4x").status == 200)
            #expect(try await polling.poll(sid) == .init(status: 200, body: "4x"))
        }
    }

    @Test func `an upgrade not completed in time is given up, polling lives`() async throws {
        try await withEngineIO({ $0.upgradeTimeout = .milliseconds(300) }) { polling in
            let sid = try await polling.open()
            let client = try await polling.webSocket(sid)
            try await client.send("2probe")
            #expect(try await client.next() == .text("3probe"))
            #expect(try await polling.post(sid, "4x").status == 200)
            guard case .close = try await client.next() else { throw TestClient.TimedOut() }
            #expect(try await polling.poll(sid) == .init(status: 200, body: "4x"))
        }
    }

    // MARK: - WebSocket

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
}
