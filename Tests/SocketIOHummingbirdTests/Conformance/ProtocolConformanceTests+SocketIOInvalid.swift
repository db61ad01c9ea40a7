import EngineIO
import SocketIO
import Testing

/// Socket.IO 5: what closes the connection.
extension ProtocolConformanceTests {
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

    @Test(arguments: [
        #"451-["x",{"_placeholder":true,"num":1}]"#, #"451-["x",{"_placeholder":true,"num":-1}]"#,
        #"451-["x",{"_placeholder":true,"num":"0"}]"#, #"451-["x",{"_placeholder":true}]"#,
        #"451-["x",[{"num":5,"_placeholder":true}]]"#, #"4511-["x"]"#,
    ])
    func `attachments that do not exist, or too many, close the connection`(packet: String) async throws {
        try await withServer { io in
            io.namespace("/").on("x") { _, _ in }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            try await client.send(packet)
            #expect(try await client.next() == .close(1002))
        }
    }

    @Test func `binary messages before CONNECT close the connection`() async throws {
        try await withServer { io in
            _ = io.namespace("/")
        } _: { port, _ in
            let client = try await TestClient.webSocket(port: port)
            try await client.send(#"451-["x"]"#)
            try await client.send(binary: [1])
            #expect(try await client.next() == .close(1002))
        }
    }

    @Test func `an EVENT before CONNECT completes closes the connection`() async throws {
        try await withSocketIO(setUp: { io in
            io.namespace("/slow").use { _ in try await Task.sleep(for: .seconds(60)) }
        }) { polling in
            for packet in [#"42/slow,["x"]"#, "40/slow,", "41/slow,", "430[1]"] {
                let client = try await polling.webSocket()
                try await client.send("40/slow,")
                try await client.send(packet)
                #expect(try await client.message() == .close(1002), "\(packet)")
            }
        }
    }

    @Test func `at most ten attachments by default, more or fewer by configuration`() async throws {
        func announce(_ count: Int, maxAttachments: Int?) async throws -> TestClient.Received {
            let answers = AsyncStream.makeStream(of: TestClient.Received.self)
            try await withSocketIO({ $0.maxAttachments = maxAttachments ?? $0.maxAttachments }) { polling in
                let client = try await polling.socket()
                let places = (0..<count).map { "{\"_placeholder\":true,\"num\":\($0)}" }.joined(separator: ",")
                try await client.send("45\(count)-[\"message\",\(places)]")
                // Closed before the last of them: the answer says so.
                for _ in 0..<count { try? await client.send(binary: [7]) }
                answers.continuation.yield(try await client.message())
            }
            return await answers.stream.first { _ in true } ?? .end
        }
        #expect(try await announce(11, maxAttachments: nil) == .close(1002))
        #expect(try await announce(3, maxAttachments: 2) == .close(1002))
        for (count, bound) in [(10, nil), (11, 11)] as [(Int, Int?)] {
            guard case .text(let text) = try await announce(count, maxAttachments: bound) else {
                Issue.record("\(count) attachments were refused")
                continue
            }
            #expect(text.hasPrefix("45\(count)-[\"message-back\","))
        }
    }
}
