import EngineIO
import SocketIO
import Synchronization
import Testing

/// Socket.IO 5: events, acks and binary values, inside Engine.IO messages.
extension ProtocolConformanceTests {
    @Test func `events and acks keep JSON compact and in order`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.socket()
            let arguments = #"1,"2",{"b":[true,null,-1.5e3],"a":{"x":"\u00e4\"\\"}},[]"#
            try await client.send("42[\"message\",\(arguments)]")
            #expect(try await client.message() == .text("42[\"message-back\",\(arguments)]"))
            try await client.send("42456[\"message-with-ack\",\(arguments)]")
            #expect(try await client.message() == .text("43456[\(arguments)]"))
        }
    }

    @Test func `binary events and acks carry their attachments`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.socket()
            let arguments = #"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#
            try await client.send("452-[\"message\",\(arguments)]")
            try await client.send(binary: [1, 2, 3])
            try await client.send(binary: [4, 5, 6])
            #expect(try await client.message() == .text("452-[\"message-back\",\(arguments)]"))
            #expect(try await client.message() == .binary([1, 2, 3]))
            #expect(try await client.message() == .binary([4, 5, 6]))
            try await client.send("452-789[\"message-with-ack\",\(arguments)]")
            try await client.send(binary: [1])
            try await client.send(binary: [])
            #expect(try await client.message() == .text("462-789[\(arguments)]"))
            #expect(try await client.message() == .binary([1]))
            #expect(try await client.message() == .binary([]))
        }
    }

    @Test func `unknown events and unsolicited acks are ignored`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.socket()
            for packet in [#"421["unknown",1]"#, #"42["unknown"]"#, #"42["error"]"#, "4399[1]", #"421["message",1]"#] {
                try await client.send(packet)
            }
            #expect(try await client.message() == .text(#"42["message-back",1]"#))
        }
    }

    @Test func `frames of one socket are handled in order`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.socket()
            for number in 0..<500 { try await client.send("42\(number)[\"message-with-ack\",\(number)]") }
            for number in 0..<500 { #expect(try await client.message() == .text("43\(number)[\(number)]")) }
        }
    }

    @Test func `everything works over polling, answers in order`() async throws {
        try await withSocketIO { polling in
            let sid = try await polling.open()
            #expect(try await polling.post(sid, "40").status == 200)
            let packets = (0..<30).map { "42\($0)[\"message-with-ack\",\($0)]" }
            let binary = #"451-["message",{"_placeholder":true,"num":0}]"# + "\u{1e}bAQI="
            #expect(try await polling.post(sid, (packets + [binary]).joined(separator: "\u{1e}")).status == 200)
            var received: [String] = []
            while received.count < 34 {
                let body = try await polling.poll(sid).body
                received += body.split(separator: "\u{1e}").map(String.init).filter { $0 != "2" }
                if body.contains("2") { _ = try await polling.post(sid, "3") }
            }
            #expect(received[0].hasPrefix(#"40{"sid":""#))
            #expect(received[1] == #"42["auth",{}]"#)
            #expect(received[2..<32] == (0..<30).map { "43\($0)[\($0)]" }[...])
            #expect(Array(received[32...]) == [#"451-["message-back",{"_placeholder":true,"num":0}]"#, "bAQI="])
        }
    }

    @Test func `one socket's events are handled in order, each to its end, behind the connection handler`() async throws
    {
        try await withServer { io in
            let running = Mutex(0)
            io.namespace("/")
                .onConnection { socket in
                    await Task.yield()
                    socket.emit("ready")
                }
            io.namespace("/")
                .on("count") { socket, event in
                    #expect(
                        running.withLock {
                            $0 += 1; return $0
                        } == 1
                    )
                    for _ in 0..<Int.random(in: 0...3) { await Task.yield() }
                    running.withLock { $0 -= 1 }
                    socket.emit(EventPacket(name: "counted", arguments: event.arguments))
                }
        } _: { port, _ in
            let client = try await TestClient.webSocket(port: port)
            try await client.send("40")
            _ = try await client.next()
            for number in 0..<200 { try await client.send("42[\"count\",\(number)]") }
            #expect(try await client.next() == .text(#"42["ready"]"#))
            for number in 0..<200 { #expect(try await client.next() == .text("42[\"counted\",\(number)]")) }
        }
    }

    @Test func `binary arguments come and go, over WebSocket and polling, in events and acks`() async throws {
        try await withServer { io in
            io.namespace("/")
                .on("echo") { socket, event in
                    socket.emit(EventPacket(name: "echo", arguments: event.arguments, attachments: event.attachments))
                    event.ack?.send(event.arguments, attachments: event.attachments)
                }
        } _: { port, _ in
            let arguments = #"{"a":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0}"#
            let client = try await TestClient.socket(port: port)
            try await client.send("452-7[\"echo\",\(arguments)]")
            try await client.send(binary: [1, 2])
            try await client.send(binary: [])
            let expected: [TestClient.Received] = [
                .text("452-[\"echo\",\(arguments)]"), .binary([1, 2]), .binary([]), .text("462-7[\(arguments)]"),
                .binary([1, 2]), .binary([]),
            ]
            for received in expected { #expect(try await client.next() == received) }

            let polling = try await TestClient.connect(port: port)
            let sid = try await polling.handshake()
            let session = "/socket.io/?EIO=4&transport=polling&sid=\(sid)"
            let body = "40\u{1e}452-[\"echo\",\(arguments)]\u{1e}bAQI=\u{1e}b"
            try await polling.write(
                "POST \(session) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            _ = try await polling.next()
            var received = ""
            while !received.hasSuffix("bAQI=\u{1e}b") {
                try await polling.write("GET \(session) HTTP/1.1\r\nHost: a\r\n\r\n")
                guard case .http(let answer) = try await polling.next(),
                    let part = answer.split(separator: "\r\n\r\n").last
                else { return }
                received += part
            }
            #expect(received.hasSuffix("452-[\"echo\",\(arguments)]\u{1e}bAQI=\u{1e}b"))
        }
    }

    @Test func `an ack is sent once`() async throws {
        try await withSocketIO(setUp: { io in
            io.namespace("/")
                .on("twice") { _, event in
                    event.ack?(JSON(1))
                    event.ack?(JSON(2))
                }
            io.namespace("/").on("twice") { _, event in event.ack?(JSON(3)) }
        }) { polling in
            let client = try await polling.socket()
            try await client.send(#"427["twice"]"#)
            try await client.send(#"42["message"]"#)
            #expect(try await client.message() == .text("437[1]"))
            #expect(try await client.message() == .text(#"42["message-back"]"#))
        }
    }
}
