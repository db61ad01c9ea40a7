import EngineIO
import SocketIO
import Testing

/// Engine.IO 4, "Upgrade".
extension ProtocolConformanceTests {
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

    @Test(arguments: [1, 3]) func `a GET sent behind the upgrade packet is refused`(loops: Int) async throws {
        try await withEngineIO(loops: loops) { polling in
            for _ in 0..<20 {
                let sid = try await polling.open()
                let client = try await polling.webSocket(sid)
                try await client.send(TestFrame(.text, "2probe"), TestFrame(.text, "5"))
                #expect(try await polling.poll(sid).status == 400)
                try await client.close()
            }
        }
    }

    @Test func `a second WebSocket during the upgrade is closed, too, and the first completes`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            let first = try await polling.webSocket(sid)
            try await first.send("2probe")
            #expect(try await first.next() == .text("3probe"))
            #expect(try await polling.webSocket(sid).next() == .close(1000))
            try await first.send(TestFrame(.text, "5"), TestFrame(.text, "4a"))
            #expect(try await first.message() == .text("4a"))
        }
    }

    @Test(arguments: [1, 2, 4])
    func `an upgrade under traffic loses, doubles and reorders nothing, on whatever loop it comes`(loops: Int)
        async throws
    {
        try await withServer(loops: loops) { io in
            io.namespace("/")
                .on("echo") { socket, event in socket.emit(EventPacket(name: "echo", arguments: event.arguments)) }
        } _: { port, _ in
            for _ in 0..<8 {
                let polling = try await TestClient.connect(port: port)
                let sid = try await polling.handshake()
                let session = "/socket.io/?EIO=4&transport=polling&sid=\(sid)"
                func post(_ body: String) async throws {
                    try await polling.write(
                        "POST \(session) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    )
                    _ = try await polling.next()
                }
                try await post("40")
                var received: [String] = []
                func poll() async throws {
                    try await polling.write("GET \(session) HTTP/1.1\r\nHost: a\r\n\r\n")
                    guard case .http(let answer) = try await polling.next(),
                        let body = answer.split(separator: "\r\n\r\n").last
                    else { return }
                    received += body.split(separator: "\u{1e}").map(String.init)
                }
                try await poll()
                for number in 0..<10 { try await post("42[\"echo\",\(number)]") }
                let webSocket = try await TestClient.webSocket(port: port, sid: sid)
                try await webSocket.send("2probe")
                #expect(try await webSocket.next() == .text("3probe"))
                for number in 10..<20 { try await post("42[\"echo\",\(number)]") }
                try await webSocket.send("5")
                for number in 20..<30 { try await webSocket.send("42[\"echo\",\(number)]") }
                let expected = (0..<30).map { "42[\"echo\",\($0)]" }
                while received.count <= expected.count {
                    guard case .text(let text) = try await webSocket.next() else { break }
                    received.append(text)
                    if text == expected.last { break }
                }
                #expect(received.filter { !$0.hasPrefix("40") && $0 != "6" } == expected)
            }
        }
    }

    @Test func `a session that ends takes a WebSocket along that only asked for it`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            let client = try await polling.webSocket(sid)
            async let first = polling.poll(sid)
            try await Task.sleep(for: .milliseconds(200))
            let second = try await polling.poll(sid)
            #expect(try await Set([first.status, second.status]) == [200, 400])
            guard case .close = try await client.next() else { throw TestClient.TimedOut() }
        }
    }

    @Test(arguments: [1, 4])
    func `what stands before a close frame or an invalid packet is handled, on whatever loop`(loops: Int) async throws {
        let journal = Journal()
        try await withServer(loops: loops) { io in
            io.namespace("/").on("tell") { _, event in journal.note(event.arguments.first?.string ?? "") }
        } _: { port, _ in
            let polling = TestPolling(port: port)
            for number in 0..<12 {
                let sid = try await polling.open()
                #expect(try await polling.post(sid, "40").status == 200)
                let client = try await polling.webSocket(sid)
                try await client.send("2probe")
                while try await client.message() != .text("3probe") {}
                try await client.send("5")
                let end = number % 2 == 0 ? TestFrame.close(1000) : TestFrame(.text, "x")
                try await client.send(TestFrame(.text, "42[\"tell\",\"\(number)\"]"), end)
                #expect(await journal.next() == "\(number)")
            }
        }
    }
}
