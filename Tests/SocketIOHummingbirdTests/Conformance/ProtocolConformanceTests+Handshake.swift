import EngineIO
import SocketIO
import Testing

/// Engine.IO 4, "Handshake", and the defaults.
extension ProtocolConformanceTests {
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

    private static let webSocketRefusals: [(query: String, headers: String, status: Int, body: String)] = [
        ("transport=websocket", "", 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
        ("EIO=abc&transport=websocket", "", 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
        ("EIO=4", "", 400, #"{"code":0,"message":"Transport unknown"}"#),
        ("EIO=4&transport=abc", "", 400, #"{"code":0,"message":"Transport unknown"}"#),
        ("EIO=4&transport=websocket&sid=zz", "", 400, #"{"code":1,"message":"Session ID unknown"}"#),
        ("EIO=4&transport=polling", "", 400, #"{"code":3,"message":"Bad request"}"#),
        ("EIO=4&transport=websocket", "Origin: https://evil.test\r\n", 403, #"{"code":4,"message":"Forbidden"}"#),
        ("EIO=4&transport=websocket&key=no", "", 403, #"{"code":4,"message":"Forbidden"}"#),
    ]

    @Test(arguments: webSocketRefusals)
    func `a refused WebSocket gets the same status and body instead of 101`(
        query: String,
        headers: String,
        status: Int,
        body: String
    ) async throws {
        try await withEngineIO({ $0.admits = { $0.query["key"] != "no" } }) { polling in
            let answer = try await polling.get(query, TestPolling.upgrade + headers)
            #expect(answer == .init(status: status, body: body))
            #expect(answer.head.lowercased().contains("content-type: application/json"))
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
                let upgrade = TestPolling.upgrade + header
                #expect(try await polling.get("EIO=4&transport=websocket&sid=\(sid)", upgrade).status == 403)
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

    @Test func `the defaults are the reference server's`() {
        let engine = EngineConfiguration()
        #expect(engine.path == "/socket.io/")
        #expect(engine.pingInterval == .milliseconds(25_000))
        #expect(engine.pingTimeout == .milliseconds(20_000))
        #expect(engine.maxPayload == 1_000_000)
        #expect(engine.upgradeTimeout == .milliseconds(10_000))
        #expect(engine.transports == [.polling, .webSocket])
        #expect(engine.allowsUpgrades)
        #expect(SocketIOConfiguration().connectTimeout == .milliseconds(45_000))
        #expect(SocketIOConfiguration().maxAttachments == 10)
    }

    @Test func `path, times, payload and transports can be configured`() async throws {
        try await withEngineIO({
            $0.path = "/chat/"
            $0.pingInterval = .milliseconds(1234)
            $0.pingTimeout = .milliseconds(567)
            $0.maxPayload = 890
            $0.transports = [.polling]
        }) { polling in
            let client = try await TestClient.connect(port: polling.port)
            try await client.write("GET /chat/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n")
            let tail = #"","upgrades":[],"pingInterval":1234,"pingTimeout":567,"maxPayload":890}"#
            #expect(try await TestPolling.response(client.next()).body.hasSuffix(tail))
            try await client.write("GET /chat/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await TestPolling.response(client.next()).body == #"{"code":0,"message":"Transport unknown"}"#)
        }
    }

    @Test func `without upgrades none is offered and none accepted`() async throws {
        try await withEngineIO({ $0.allowsUpgrades = false }) { polling in
            let answer = try await polling.get("EIO=4&transport=polling")
            #expect(answer.body.contains(#""upgrades":[]"#))
            let sid = try await polling.open()
            let refused = try await polling.get("EIO=4&transport=websocket&sid=\(sid)", TestPolling.upgrade)
            #expect(refused == .init(status: 400, body: #"{"code":3,"message":"Bad request"}"#))
        }
    }

    @Test func `the sid is 20 characters of base64url and never the same`() async throws {
        try await withEngineIO { polling in
            var sids: Set<String> = []
            for _ in 0..<200 { sids.insert(try await polling.open()) }
            #expect(sids.count == 200)
            let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
            #expect(sids.allSatisfy { $0.count == 20 && alphabet.isSuperset(of: $0) })
            #expect(Set(sids.joined()) == alphabet, "4000 random characters leave none of 64 out")
        }
    }

    @Test func `a transport that does not fit the session is a bad request`() async throws {
        try await withEngineIO { polling in
            let client = try await TestClient.connect(port: polling.port)
            try await client.upgrade()
            guard case .text(let open) = try await client.next() else { throw TestClient.TimedOut() }
            let sid = open.split(separator: "\"")[3]
            let badRequest = TestPolling.Response(status: 400, body: #"{"code":3,"message":"Bad request"}"#)
            #expect(try await polling.poll(String(sid)) == badRequest)
            #expect(try await polling.post(String(sid), "4x") == badRequest)
            #expect(try await polling.get("EIO=4&transport=websocket&sid=\(polling.open())") == badRequest)
            try await client.send("4x")
            #expect(try await client.message() == .text("4x"), "and harms nobody")
        }
    }
}
