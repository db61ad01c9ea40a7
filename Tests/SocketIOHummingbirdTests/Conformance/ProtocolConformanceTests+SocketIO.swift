import EngineIO
import SocketIO
import Testing

/// Socket.IO 5, inside Engine.IO messages.
extension ProtocolConformanceTests {
    private static func expectConnected(_ client: TestClient) async throws {
        guard case .text(let text) = try await client.message() else { throw TestClient.TimedOut() }
        #expect(text.hasPrefix(#"40{"sid":""#))
        #expect(text.hasSuffix("\"}"))
        #expect(!text.contains(","), "the sid and nothing else")
    }

    @Test func `CONNECT is answered with the sid alone, its payload reaches the application`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.webSocket()
            try await client.send("40")
            try await Self.expectConnected(client)
            #expect(try await client.message() == .text(#"42["auth",{}]"#))
            let other = try await polling.webSocket()
            try await other.send(#"40{"token":"x","z":[1,{"a":null}]}"#)
            try await Self.expectConnected(other)
            #expect(try await other.message() == .text(#"42["auth",{"token":"x","z":[1,{"a":null}]}]"#))
        }
    }

    @Test(arguments: ["40/custom,", "40/custom"])
    func `a namespace is entered with and without its comma`(packet: String) async throws {
        try await withSocketIO { polling in
            let client = try await polling.webSocket()
            try await client.send(packet)
            guard case .text(let text) = try await client.message() else { return }
            #expect(text.hasPrefix(#"40/custom,{"sid":""#))
            #expect(try await client.message() == .text(#"42/custom,["auth",{}]"#))
        }
    }

    @Test func `an unknown namespace is refused and the connection stays`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.socket()
            try await client.send("40/random")
            #expect(try await client.message() == .text(#"44/random,{"message":"Invalid namespace"}"#))
            try await client.send(#"42["message",1]"#)
            #expect(try await client.message() == .text(#"42["message-back",1]"#))
        }
    }

    @Test func `no CONNECT within the timeout closes the connection, even if pings are answered`() async throws {
        try await withSocketIO({ configuration in
            configuration.connectTimeout = .milliseconds(1000)
            configuration.engine.pingInterval = .milliseconds(300)
        }) { polling in
            let client = try await polling.webSocket()
            let start = ContinuousClock.now
            guard case .close = try await client.message() else { throw TestClient.TimedOut() }
            #expect(ContinuousClock.now - start > .milliseconds(950))
            #expect(ContinuousClock.now - start < .milliseconds(5000))
        }
    }

    @Test func `DISCONNECT leaves one namespace, the connection and the others stay`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.socket()
            try await client.send("40/custom,")
            for _ in 0..<2 { _ = try await client.message() }
            try await client.send("41/custom,")
            try await client.send(#"42["message","still"]"#)
            #expect(try await client.message() == .text(#"42["message-back","still"]"#))
            try await client.send("40/custom,")
            guard case .text(let text) = try await client.message() else { return }
            #expect(text.hasPrefix("40/custom,"))
        }
    }

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

    @Test(arguments: [
        "4abc", "42{}", "42abc[\"x\"]", "42[]", "42[1]", "42", "40[1]", "40\"x\"", "40", "43", "44{}", "45[\"x\"]", "4",
        "4511-[\"x\"]", "451-[\"x\",{\"_placeholder\":true,\"num\":1}]", "42/custom,[\"x\"]", "41x", "42[\"x\"",
        "42[\"x\",01]",
        "42[\"connect\"]", "42[\"connect_error\"]", "42[\"disconnect\"]", "42[\"disconnecting\"]",
        "42[\"newListener\"]",
        "42[\"removeListener\"]",
    ])
    func `what is no valid packet closes the connection`(packet: String) async throws {
        try await withSocketIO { polling in
            let client = try await polling.socket()
            try await client.send(packet)
            #expect(try await client.message() == .close(1002))
        }
    }

    @Test func `text before all attachments came closes the connection`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.socket()
            try await client.send(#"451-["message",{"_placeholder":true,"num":0}]"#)
            try await client.send(#"42["message"]"#)
            #expect(try await client.message() == .close(1002))
        }
    }

    @Test func `an EVENT before CONNECT closes the connection`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.webSocket()
            try await client.send(#"42["message"]"#)
            #expect(try await client.message() == .close(1002))
        }
    }

    @Test func `JSON nested deeper than 100 closes the connection and does not recurse`() async throws {
        try await withSocketIO { polling in
            let fits = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
            let client = try await polling.socket()
            try await client.send("42[\"message\",\(fits)]")
            #expect(try await client.message() == .text("42[\"message-back\",\(fits)]"))
            try await client.send("42[\"message\",[\(fits)]]")
            #expect(try await client.message() == .close(1002))
            let deep = try await polling.socket()
            try await deep.send("42[\"message\"," + String(repeating: "[", count: 60_000))
            #expect(try await deep.message() == .close(1002))
        }
    }

    @Test func `unknown events and unsolicited acks are ignored`() async throws {
        try await withSocketIO { polling in
            let client = try await polling.socket()
            for packet in [#"421["unknown",1]"#, #"42["unknown"]"#, "4399[1]", #"421["message",1]"#] {
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
}
