import EngineIO
import SocketIO
import Testing

/// Socket.IO 5: entering and leaving namespaces.
extension ProtocolConformanceTests {
    static func expectConnected(_ client: TestClient) async throws {
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

    @Test func `a refused namespace does not stop the time for CONNECT`() async throws {
        try await withSocketIO({ $0.connectTimeout = .milliseconds(300) }) { polling in
            let client = try await polling.webSocket()
            try await client.send("40/random")
            #expect(try await client.message() == .text(#"44/random,{"message":"Invalid namespace"}"#))
            #expect(try await client.message() == .close(1000))
            let sid = try await polling.open()
            #expect(try await polling.poll(sid).body == "1", "by polling, too")
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

    @Test func `middleware refuses with message and data, and the connection stays`() async throws {
        try await withServer { io in
            io.namespace("/")
                .use { socket in
                    guard socket.auth.object?["token"]?.string == "x" else {
                        throw ConnectError(message: "unauthorized", data: .object { $0.field("code", 1) })
                    }
                    socket.data.set("Ada")
                }
            io.namespace("/").onConnection { socket in socket.emit("hello", JSON(socket.data.get(String.self) ?? "?")) }
        } _: { port, _ in
            let client = try await TestClient.webSocket(port: port)
            try await client.send("40")
            #expect(try await client.next() == .text(#"44{"message":"unauthorized","data":{"code":1}}"#))
            try await client.send(#"40{"token":"x"}"#)
            guard case .text(let text) = try await client.next() else { return }
            #expect(text.hasPrefix("40{\"sid\":\""))
            #expect(try await client.next() == .text(#"42["hello","Ada"]"#))
        }
    }

    @Test func `namespaces by pattern share handlers, have rooms of their own, and are asked for each client`()
        async throws
    {
        try await withServer { io in
            let shops = io.namespaces { name, auth in
                name.hasPrefix("/shop-")
                    && auth.object?["key"]?.string == name.split(separator: "-").last.map(String.init)
            }
            shops.onConnection { socket in socket.emit("welcome", JSON(socket.namespace.name)) }
            shops.on("all") { socket, _ in socket.namespace.emit("all") }
            shops.onAny { socket, event in socket.emit("any", JSON(event.name)) }
        } _: { port, _ in
            func enter(_ name: String) async throws -> TestClient {
                let client = try await TestClient.webSocket(port: port)
                try await client.send("40/shop-\(name),{\"key\":\"\(name)\"}")
                _ = try await client.next()
                #expect(try await client.next() == .text("42/shop-\(name),[\"welcome\",\"/shop-\(name)\"]"))
                return client
            }
            let first = try await enter("1")
            let second = try await enter("2")
            try await second.send("40/shop-1,{\"key\":\"2\"}")
            #expect(try await second.next() == .text(#"44/shop-1,{"message":"Invalid namespace"}"#))
            try await first.send(#"42/shop-1,["all"]"#)
            #expect(try await first.next() == .text(#"42/shop-1,["any","all"]"#))
            #expect(try await first.next() == .text(#"42/shop-1,["all"]"#))
            try await second.send(#"42/shop-2,["other"]"#)
            #expect(try await second.next() == .text(#"42/shop-2,["any","other"]"#), "nothing of the first shop's came")
        }
    }
}
