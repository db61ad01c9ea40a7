import NIOCore
import ServiceLifecycle
import SocketIO
import Synchronization
import Testing

/// What handlers saw, in order, for a test to wait on.
private final class Journal: Sendable {
    private let stream: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init() { (self.stream, self.continuation) = AsyncStream.makeStream() }

    func note(_ line: String) { self.continuation.yield(line) }

    func next() async -> String? {
        await self.stream.first { _ in true }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct LiveTests {
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

    @Test(arguments: [1, 3]) func `rooms are unions, exceptions win, across event loops`(loops: Int) async throws {
        try await withServer(loops: loops) { io in
            let namespace = io.namespace("/")
            namespace.on("join") { socket, event in
                for room in event.arguments.compactMap(\.string) { await socket.join(room) }
                event.ack?()
            }
            namespace.on("leave") { socket, event in
                await socket.leave(event.arguments.first?.string ?? "")
                event.ack?()
            }
            namespace.on("shout") { socket, event in
                namespace.to("a").to("b").except("quiet").emit(EventPacket(name: "shout", arguments: event.arguments))
                socket.to("a").emit("others")
                namespace.emit("all")
            }
        } _: { port, _ in
            var clients: [TestClient] = []
            for rooms in [#""a""#, #""a","b""#, #""b","quiet""#, #""c""#] {
                let client = try await TestClient.socket(port: port)
                try await client.send("421[\"join\",\(rooms)]")
                #expect(try await client.next() == .text("431[]"))
                clients.append(client)
            }
            try await clients[0].send(#"42["shout",1]"#)
            let expected = [
                [#"42["shout",1]"#, #"42["all"]"#], [#"42["shout",1]"#, #"42["others"]"#, #"42["all"]"#],
                [#"42["all"]"#],
                [#"42["all"]"#],
            ]
            for (client, lines) in zip(clients, expected) {
                for line in lines { #expect(try await client.next() == .text(line)) }
            }
            try await clients[1].send(#"422["leave","a"]"#)
            #expect(try await clients[1].next() == .text("432[]"))
            try await clients[0].send(#"42["shout",2]"#)
            #expect(try await clients[1].next() == .text(#"42["shout",2]"#))
            #expect(try await clients[1].next() == .text(#"42["all"]"#), "still in b, no more in a")
        }
    }

    @Test func `the server asks for an ack, and is told of silence and of leaving`() async throws {
        let journal = Journal()
        try await withServer { io in
            io.namespace("/")
                .on("start") { socket, _ in
                    do throws(AckError) {
                        let answer = try await socket.emitWithAck("question", JSON(1))
                        journal.note("answer \(answer.arguments.first?.int ?? -1)")
                    } catch { journal.note("\(error)") }
                    do throws(AckError) {
                        _ = try await socket.emitWithAck("question", timeout: .milliseconds(20))
                    } catch { journal.note("\(error)") }
                    do throws(AckError) {
                        _ = try await socket.emitWithAck("question")
                    } catch { journal.note("\(error)") }
                    do throws(AckError) {
                        _ = try await socket.emitWithAck("question")
                    } catch { journal.note("late \(error)") }
                }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            try await client.send(#"42["start"]"#)
            #expect(try await client.next() == .text(#"420["question",1]"#))
            try await client.send("430[42]")
            try await client.send("430[43]")
            try await client.send("4399[1]")
            #expect(await journal.next() == "answer 42")
            #expect(try await client.next() == .text(#"421["question"]"#))
            #expect(await journal.next() == "timeout")
            #expect(try await client.next() == .text(#"422["question"]"#))
            try await client.close()
            #expect(await journal.next() == "disconnected")
            #expect(await journal.next() == "late disconnected")
        }
    }

    @Test func `leaving is told with its official reason and the rooms, from both sides`() async throws {
        let journal = Journal()
        try await withServer { io in
            let namespace = io.namespace("/")
            namespace.on("join") { socket, event in
                await socket.join("r1", "r2")
                event.ack?()
            }
            namespace.on("kick") { socket, _ in socket.disconnect() }
            namespace.on("ban") { _, _ in namespace.disconnectSockets(in: "r1", closeConnection: true) }
            namespace.onDisconnect { socket, reason, rooms in
                journal.note("\(reason) \(rooms.sorted()) \(await socket.rooms().count)")
            }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            try await client.send(#"421["join"]"#)
            _ = try await client.next()
            try await client.send("41")
            #expect(await journal.next() == "client namespace disconnect [\"r1\", \"r2\"] 0")

            try await client.send("40")
            _ = try await client.next()
            try await client.send(#"42["kick"]"#)
            #expect(try await client.next() == .text("41"))
            #expect(await journal.next() == "server namespace disconnect [] 0")
            try await client.send(#"42["kick"]"#)

            try await client.send("40")
            _ = try await client.next()
            try await client.send(#"421["join"]"#)
            _ = try await client.next()
            try await client.send(#"42["ban"]"#)
            #expect(try await client.next() == .text("41"))
            #expect(try await client.next() == .close(1000))
            #expect(await journal.next() == "server namespace disconnect [\"r1\", \"r2\"] 0")

            let other = try await TestClient.socket(port: port)
            try await other.close()
            #expect(await journal.next() == "transport close [] 0")
        }
    }

    @Test func `a shutdown closes WebSockets with 1001 and no DISCONNECT, and ends polls`() async throws {
        let journal = Journal()
        try await withServer { io in
            io.namespace("/").onDisconnect { _, reason, _ in journal.note(reason.description) }
        } _: { port, services in
            let socket = try await TestClient.socket(port: port)
            let polling = try await TestClient.connect(port: port)
            let sid = try await Self.handshake(polling)
            try await polling.write("GET /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\n\r\n")
            await services.triggerGracefulShutdown()
            #expect(try await socket.next() == .close(1001))
            #expect(await journal.next() == "server shutting down")
            guard case .http(let answer) = try await polling.next() else { return }
            #expect(answer.hasSuffix("\r\n\r\n1"))
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
            let sid = try await Self.handshake(polling)
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

    @Test(arguments: [1, 3]) func `a broadcast asks for acks, counts the silent and those who left`(loops: Int)
        async throws
    {
        let journal = Journal()
        try await withServer(loops: loops) { io in
            let namespace = io.namespace("/")
            namespace.on("ask") { _, event in
                let timeout = Duration.milliseconds(event.arguments.first?.int ?? 0)
                let result = await namespace.everyone.emitWithAck("question", timeout: timeout)
                journal.note("\(result.answers.compactMap { $0.arguments.first?.int }.sorted()) \(result.missing)")
            }
        } _: { port, _ in
            var clients: [TestClient] = []
            for _ in 0..<4 { clients.append(try await TestClient.socket(port: port)) }
            func question(_ client: TestClient) async throws -> String {
                guard case .text(let text) = try await client.next() else { throw TestClient.TimedOut() }
                #expect(text.hasPrefix("42") && text.hasSuffix(#"["question"]"#))
                return String(text.dropFirst(2).prefix { $0.isNumber })
            }
            try await clients[0].send("42[\"ask\",5000]")
            for (number, client) in clients.enumerated() {
                try await client.send("43\(try await question(client))[\(number)]")
            }
            #expect(await journal.next() == "[0, 1, 2, 3] 0")

            try await clients[0].send("42[\"ask\",1500]")
            for (number, client) in clients.enumerated() {
                let id = try await question(client)
                if number == 1 { try await client.close() }
                if number == 2 { try await client.send("43\(id)[2]") }
                if number == 2 { try await client.send("43\(id)[22]") }
            }
            #expect(await journal.next() == "[2] 3")
        }
    }

    @Test func `what a socket sent before the server made it leave is not handled afterwards`() async throws {
        let journal = Journal()
        try await withServer { io in
            let namespace = io.namespace("/")
            namespace.on("first") { socket, _ in
                socket.disconnect()
                // The connection's own loop has run this once a room can be asked for.
                _ = await socket.rooms()
            }
            namespace.on("second") { _, _ in journal.note("handled") }
            namespace.onDisconnect { _, reason, _ in journal.note(reason.description) }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            for _ in 0..<20 { try await client.send(#"42["first"]"#) }
            for _ in 0..<20 { try await client.send(#"42["second"]"#) }
            #expect(await journal.next() == "server namespace disconnect")
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

    @Test func `many sockets are fetched, moved between rooms and sent away`() async throws {
        let journal = Journal()
        try await withServer(loops: 3) { io in
            let namespace = io.namespace("/")
            namespace.onConnection { socket in socket.data.shared = JSON("someone") }
            namespace.on("join") { socket, event in
                await socket.join("a")
                event.ack?()
            }
            namespace.on("move") { _, event in
                await namespace.to("a").socketsJoin("b", "c")
                await namespace.to("a").socketsLeave("a", "c")
                let all = await namespace.everyone.fetchSockets()
                let moved = await namespace.everyone.in("b").fetchSockets()
                journal.note(
                    "\(all.count) \(moved.count) \(Set(moved.map(\.rooms))) \(Set(moved.compactMap(\.data.string)))"
                )
                namespace.to("b").disconnectSockets()
            }
        } _: { port, _ in
            let outsider = try await TestClient.socket(port: port)
            var insiders: [TestClient] = []
            for _ in 0..<4 {
                let client = try await TestClient.socket(port: port)
                try await client.send(#"421["join"]"#)
                _ = try await client.next()
                insiders.append(client)
            }
            try await outsider.send(#"42["move"]"#)
            #expect(await journal.next() == #"5 4 [Set(["b"])] ["someone"]"#)
            for client in insiders { #expect(try await client.next() == .text("41")) }
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

    @Test func `router, polling and WebSocket share a port and even a connection`() async throws {
        try await withServer { io in
            io.namespace("/")
                .on("echo") { socket, event in socket.emit(EventPacket(name: "echo", arguments: event.arguments)) }
        } _: { port, _ in
            let client = try await TestClient.connect(port: port)
            for path in ["/one", "/two"] {
                try await client.write("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                guard case .http(let answer) = try await client.next() else { return }
                #expect(answer.hasSuffix("router \(path)"))
            }
            _ = try await Self.handshake(client)
            try await client.upgrade()
            _ = try await client.next()
            try await client.send("40")
            _ = try await client.next()
            try await client.send(#"42["echo",1]"#)
            #expect(try await client.next() == .text(#"42["echo",1]"#))
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
                let sid = try await Self.handshake(polling)
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

    private static func handshake(_ client: TestClient) async throws -> String {
        try await client.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n")
        guard case .http(let answer) = try await client.next(), let start = answer.firstRange(of: "\"sid\":\"") else {
            throw TestClient.TimedOut()
        }
        return String(answer[start.upperBound...].prefix(20))
    }
}
