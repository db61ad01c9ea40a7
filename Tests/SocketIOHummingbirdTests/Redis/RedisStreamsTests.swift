import EngineIO
import NIOCore
import NIOPosix
import RedisProcess
import SocketIO
import Synchronization
import Testing

@testable import SocketIORedis

/// Servers of one process that know each other through a Redis of their own.
@Suite(
    .enabled(if: RedisServer.binary != nil, "redis-server is not installed: apt-get install redis-server"),
    .timeLimit(.minutes(2))
)
struct RedisStreamsTests {
    struct Node: Sendable {
        let namespace: Namespace
        let streams: RedisStreams
        let port: Int
    }

    /// Runs so many servers on one Redis, all connected.
    private func withCluster(
        of count: Int = 2,
        on redis: RedisServer,
        _ configuration: RedisConfiguration? = nil,
        onGap: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable ([Node]) async throws -> Void
    ) async throws {
        try await self.withNodes(count, configuration ?? RedisConfiguration(port: redis.port), onGap, [], body)
    }

    private func withNodes(
        _ count: Int,
        _ configuration: RedisConfiguration,
        _ onGap: @escaping @Sendable () -> Void,
        _ nodes: [Node],
        _ body: @escaping @Sendable ([Node]) async throws -> Void
    ) async throws {
        guard count > 0 else { return try await body(nodes) }
        let streams = RedisStreams(configuration, logger: quiet, onGap: onGap)
        let io = SocketIOServer(logger: quiet, adapter: { streams.adapter(around: $0) })
        let namespace = io.namespace()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await streams.run() }
            await streams.connected()
            // Until Redis has taken the subscriptions, and the reader knows where the stream ends.
            try await eventually { try await streams.countOthers(in: "/") == nodes.count }
            try await Task.sleep(for: .milliseconds(50))
            try await withServer(io: io) { port in
                let node = Node(namespace: namespace, streams: streams, port: port)
                try await self.withNodes(count - 1, configuration, onGap, nodes + [node], body)
            }
            group.cancelAll()
        }
    }

    /// One that belongs to no server; whoever asks for it closes it.
    private func connection(to port: Int) async -> RedisConnection {
        let connection = RedisConnection(
            RedisConfiguration(port: port),
            on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: quiet
        )
        connection.open()
        await connection.ready()
        return connection
    }

    @Test func `broadcasts, exceptions and acks reach the sockets of every server`() async throws {
        try await self.withCluster(of: 3, on: RedisServer()) { nodes in
            let clients = try await [TestClient.socket(port: nodes[0].port), TestClient.socket(port: nodes[1].port)]
            let one = nodes[0].namespace
            #expect(await nodes[2].namespace.everyone.fetchSockets().count == 2)
            await one.everyone.socketsJoin("all")
            let there = try #require(await nodes[1].namespace.everyone.local.fetchSockets().first)
            try await eventually { await nodes[2].namespace.sockets(in: "all").isEmpty == true }
            try await eventually { await one.to("all").fetchSockets().count == 2 }

            one.to("all").except(there.id.rawValue).emit("not there")
            one.everyone.local.emit("only here")
            for number in 0..<50 { one.to("all").emit("news", JSON(number)) }
            for expected in [#"42["not there"]"#, #"42["only here"]"#] {
                #expect(try await clients[0].next() == .text(expected))
            }
            for client in clients {
                for number in 0..<50 { #expect(try await client.next() == .text("42[\"news\",\(number)]")) }
            }

            async let answers = nodes[2].namespace.to("all").emitWithAck("ask", timeout: .seconds(10))
            for client in clients {
                guard case .text(let text) = try await client.next() else { throw TestClient.TimedOut() }
                try await client.send("43\(text.dropFirst(2).prefix { $0.isNumber })[1]")
            }
            #expect(await answers == BroadcastAnswers(answers: .init(repeating: .init(arguments: [1]), count: 2)))
        }
    }

    @Test func `who enters a room hears what is sent there next, on every server`() async throws {
        try await self.withCluster(on: RedisServer()) { nodes in
            let there = try await TestClient.socket(port: nodes[1].port)
            let one = nodes[0].namespace
            for number in 0..<30 {
                await one.everyone.socketsJoin("room")
                one.to("room").emit("in", JSON(number))
                await one.everyone.socketsLeave("room")
                one.to("room").emit("out", JSON(number))
            }
            one.emit("end")
            for number in 0..<30 { #expect(try await there.next() == .text("42[\"in\",\(number)]")) }
            #expect(try await there.next() == .text(#"42["end"]"#))
        }
    }

    @Test func `clients of other servers have the time to answer that was given, and no more`() async throws {
        try await self.withCluster(on: RedisServer()) { nodes in
            let there = try await TestClient.socket(port: nodes[1].port)
            async let answers = nodes[0].namespace.everyone.emitWithAck("ask", timeout: .seconds(10))
            guard case .text(let text) = try await there.next() else { throw TestClient.TimedOut() }
            try await there.send("43\(text.dropFirst(2).prefix { $0.isNumber })[1]")
            #expect(await answers == BroadcastAnswers(answers: [.init(arguments: [1])]))
            let start = ContinuousClock.now
            #expect(await nodes[0].namespace.everyone.emitWithAck("ask", timeout: .seconds(2)).missing == 1)
            #expect(ContinuousClock.now - start < .seconds(8))
        }
    }

    @Test func `a namespace that all have left is not counted any more`() async throws {
        let redis = try await RedisServer()
        let streams = RedisStreams(RedisConfiguration(port: redis.port), logger: quiet)
        let watcher = await connection(to: redis.port)
        let subscribers = { @Sendable in
            try await watcher.send("PUBSUB", "NUMSUB", "socket.io#/shop-1#").elements?.last
        }
        let io = SocketIOServer(logger: quiet, adapter: { streams.adapter(around: $0) })
        _ = io.namespaces { name, _ in name.hasPrefix("/shop-") }
        let running = Task { await streams.run() }
        await streams.connected()
        try await withServer(io: io) { port in
            let client = try await TestClient.webSocket(port: port)
            try await client.send("40/shop-1,")
            _ = try await client.next()
            try await eventually { try await subscribers() == .integer(1) }
            try await client.send("41/shop-1,")
            try await eventually { try await subscribers() == .integer(0) }
        }
        running.cancel()
        watcher.close()
    }

    @Test func `binary values go through the stream`() async throws {
        try await self.withCluster(on: RedisServer()) { nodes in
            let client = try await TestClient.socket(port: nodes[1].port)
            let bytes = [ByteBuffer(bytes: [0, 255, 10]), ByteBuffer(bytes: Array(repeating: 7, count: 70_000))]
            let packet = EventPacket(
                name: "file",
                arguments: [["a": .attachment(0)], .attachment(1)],
                attachments: bytes
            )
            nodes[0].namespace.everyone.emit(packet)
            let text = #"452-["file",{"a":{"_placeholder":true,"num":0}},{"_placeholder":true,"num":1}]"#
            #expect(try await client.next() == .text(text))
            for attachment in bytes { #expect(try await client.next() == .binary(Array(buffer: attachment))) }
        }
    }

    @Test func `rooms are left and sockets sent away on every server`() async throws {
        try await self.withCluster(on: RedisServer()) { nodes in
            let (one, two) = (nodes[0].namespace, nodes[1].namespace)
            let there = try await TestClient.socket(port: nodes[1].port)
            await one.everyone.socketsJoin("a", "b")
            try await eventually { await two.everyone.local.fetchSockets().first?.rooms == ["a", "b"] }
            await one.to("a").socketsLeave("a")
            try await eventually { await one.everyone.fetchSockets().first?.rooms == ["b"] }
            one.to("b").disconnectSockets(closeConnection: true)
            #expect(try await there.next() == .text("41"))
        }
    }

    @Test func `an event between servers reaches the others only, and those that handle it answer`() async throws {
        try await self.withCluster(on: RedisServer()) { nodes in
            let heard = Mutex<[String]>([])
            for (name, node) in zip(["one", "two"], nodes) {
                node.namespace.onServerSide("load") { arguments in
                    heard.withLock { $0.append("\(name) \(arguments.first?.string ?? "")") }
                    return [7]
                }
            }
            let answers = await nodes[0].namespace.serverSideEmitWithAck("load", "now")
            #expect(answers == BroadcastAnswers(answers: [.init(arguments: [7])]))
            #expect(heard.withLock { $0 } == ["two now"])
            let none = await nodes[0].namespace.serverSideEmitWithAck("unknown", timeout: .seconds(2))
            #expect(none == BroadcastAnswers(missing: 1))
        }
    }

    @Test func `what others put into the stream reaches every server, and nonsense nobody`() async throws {
        let redis = try await RedisServer()
        try await self.withCluster(on: redis) { [port = redis.port] nodes in
            let clients = try await [TestClient.socket(port: nodes[0].port), TestClient.socket(port: nodes[1].port)]
            let other = await connection(to: port)
            let json =
                #"{"packet":{"type":2,"data":["from","node",{"a":1.5}]},"opts":{"rooms":[],"except":[],"flags":{}}}"#
            // {packet: {type: 2, data: ["bin", <01 02>]}, opts: {rooms: [], except: []}} in MessagePack, as base64.
            let packed = "gqZwYWNrZXSCpHR5cGUCpGRhdGGSo2JpbsQCAQKkb3B0c4Klcm9vbXOQpmV4Y2VwdJA="
            for data in ["{", "[]", "%%%", "gg==", "{}", #"{"packet":7}"#, json, packed] {
                _ = try await other.send(
                    "XADD",
                    "socket.io",
                    "*",
                    "uid",
                    "emitter",
                    "nsp",
                    "/",
                    "type",
                    "3",
                    "data",
                    data
                )
            }
            _ = try await other.send("XADD", "socket.io", "*", "uid", "x", "nsp", "/", "type", "99")
            _ = try await other.send("XADD", "socket.io", "*", "odd", "one")
            for client in clients {
                #expect(try await client.next() == .text(#"42["from","node",{"a":1.5}]"#))
                #expect(try await client.next() == .text(#"451-["bin",{"_placeholder":true,"num":0}]"#))
                #expect(try await client.next() == .binary([1, 2]))
            }
            other.close()
        }
    }

    @Test func `who reads more slowly than others write is told of a gap, and who keeps up is not`() async throws {
        let redis = try await RedisServer()
        let gaps = Mutex(0)
        try await self.withCluster(on: redis, onGap: { gaps.withLock { $0 += 1 } }) { [port = redis.port] nodes in
            let clients = try await [TestClient.socket(port: nodes[0].port), TestClient.socket(port: nodes[1].port)]
            let other = await connection(to: port)
            // On a busy machine a start may take so long that it counts as a gap, which is told a little later.
            try await Task.sleep(for: .seconds(2))
            gaps.withLock { $0 = 0 }
            // Redis does nothing else meanwhile: nobody reads in between.
            let script = """
                local function add(...) redis.call('XADD', 'socket.io', 'MAXLEN', 1000, '*', 'nsp', '/', ...) end
                for i = 1, tonumber(ARGV[1]) do add('type', '2', 'data', '{}') end
                add('type', '3', 'data', '{"packet":{"type":2,"data":["end"]},"opts":{"rooms":[],"except":[]}}')
                """
            // The second time something is trimmed, but nothing unread.
            for count in ["900", "900", "2000"] {
                #expect(gaps.withLock { $0 } == 0)
                _ = try await other.send("EVAL", script, "0", count)
                for client in clients { #expect(try await client.next() == .text(#"42["end"]"#)) }
            }
            try await eventually { gaps.withLock { $0 >= nodes.count } }
            other.close()
        }
    }

    @Test func `an entry that is too long to be held stops nobody who comes, and nobody who is there`() async throws {
        let redis = try await RedisServer()
        let other = await connection(to: redis.port)
        let script = "return redis.call('XADD', 'socket.io', '*', 'nsp', '/', 'data', string.rep('x', 70000000))"
        _ = try await other.send("EVAL", script, "0")
        let gaps = Mutex(0)
        try await self.withCluster(on: redis, onGap: { gaps.withLock { $0 += 1 } }) { nodes in
            let there = try await TestClient.socket(port: nodes[1].port)
            nodes[0].namespace.emit("before")
            #expect(try await there.next() == .text(#"42["before"]"#))
            _ = try await other.send("EVAL", script, "0")
            nodes[0].namespace.emit("after")
            #expect(try await there.next() == .text(#"42["after"]"#))
            try await eventually { gaps.withLock { $0 >= nodes.count } }
        }
        other.close()
    }

    @Test func `while Redis is down this server goes on, and then nothing of the stream is lost`() async throws {
        let redis = try await RedisServer()
        let gaps = Mutex(0)
        let server = Box(redis)
        try await self.withCluster(on: redis, onGap: { gaps.withLock { $0 += 1 } }) { nodes in
            let clients = try await [TestClient.socket(port: nodes[0].port), TestClient.socket(port: nodes[1].port)]
            nodes[0].namespace.emit("before")
            for client in clients { #expect(try await client.next() == .text(#"42["before"]"#)) }

            server.value.kill()
            try await eventually { nodes.allSatisfy { !$0.streams.isConnected } }
            nodes[0].namespace.emit("alone")
            #expect(try await clients[0].next() == .text(#"42["alone"]"#))
            #expect(await nodes[0].namespace.everyone.fetchSockets().count == 1)

            try server.value.start()
            for node in nodes { await node.streams.connected() }
            nodes[0].namespace.emit("after")
            for client in clients { #expect(try await client.next() == .text(#"42["after"]"#)) }
            // "alone" did not come to the second one: both are told that something is missing.
            try await eventually { gaps.withLock { $0 >= nodes.count } }

            // A Redis that has forgotten everything.
            gaps.withLock { $0 = 0 }
            server.value.kill()
            try server.value.forget()
            try server.value.start()
            try await eventually { gaps.withLock { $0 >= nodes.count } }
            for node in nodes { await node.streams.connected() }
            nodes[1].namespace.emit("anew")
            for client in clients { #expect(try await client.next() == .text(#"42["anew"]"#)) }
            // Once each; on a busy machine one may find Redis again so late that it is another time.
            #expect(gaps.withLock { $0 } <= nodes.count + 1)
        }
    }

    @Test func `what a server sent before it ever reached Redis is said to be missing, by itself and to the others`()
        async throws
    {
        let redis = try await RedisServer()
        redis.kill()
        let gaps = Mutex(0)
        let late = RedisStreams(RedisConfiguration(port: redis.port), logger: quiet) { gaps.withLock { $0 += 1 } }
        let io = SocketIOServer(logger: quiet, adapter: { late.adapter(around: $0) })
        let namespace = io.namespace()
        let running = Task { await late.run() }
        namespace.emit("to nobody")
        // As long as a server takes that has sockets before it has Redis.
        try await Task.sleep(for: .milliseconds(1100))
        try redis.start()
        await late.connected()
        try await eventually {
            let entries = try await late.publisher.send("XRANGE", "socket.io", "-", "+").elements ?? []
            let messages = entries.compactMap { ClusterMessage(entry: $0.elements?.last?.elements ?? []) }
            return messages.map(\.kind) == [.initialHeartbeat] && messages.map(\.sender) == [late.id]
        }
        try await eventually { gaps.withLock { $0 == 1 } }
        running.cancel()
        await running.value
    }

    @Test func `a server that is gone stalls nobody`() async throws {
        let redis = try await RedisServer()
        try await self.withCluster(on: redis) { [port = redis.port] nodes in
            let gone = RedisStreams(RedisConfiguration(port: port), logger: quiet)
            let io = SocketIOServer(logger: quiet, adapter: { gone.adapter(around: $0) })
            _ = io.namespace()
            let running = Task { await gone.run() }
            await gone.connected()
            try await eventually { try await nodes[0].streams.countOthers(in: "/") == 2 }
            running.cancel()
            await running.value
            try await eventually { try await nodes[0].streams.countOthers(in: "/") == 1 }
            let clock = ContinuousClock.now
            _ = await nodes[0].namespace.everyone.fetchSockets()
            // They would wait for 5 s.
            #expect(ContinuousClock.now - clock < .seconds(4))
        }
    }

    @Test func `a question is over in its time, too, when Redis hangs`() async throws {
        let redis = try await RedisServer()
        let server = Box(redis)
        try await self.withCluster(on: redis) { nodes in
            server.value.pause()
            let clock = ContinuousClock.now
            let answers = await nodes[0].namespace.serverSideEmitWithAck("ask", timeout: .milliseconds(300))
            #expect(answers == BroadcastAnswers())
            // The connection would be given up after 15 s.
            #expect(ContinuousClock.now - clock < .seconds(4))
            server.value.resume()
        }
    }

    @Test func `a server is talked to in secret if its certificate is valid, and not otherwise`() async throws {
        let certificate = try TestCertificate()
        let files = [
            "--tls-cert-file", certificate.chain, "--tls-key-file", certificate.key, "--tls-auth-clients", "no",
        ]
        // Its plain port is closed.
        let redis = try await RedisServer(tls: files)
        var configuration = try RedisConfiguration(url: "rediss://127.0.0.1:\(redis.port)")
        let stranger = RedisStreams(configuration, logger: quiet)
        let running = Task { await stranger.run() }
        configuration.certificateAuthorities = certificate.chain
        try await self.withCluster(on: redis, configuration) { nodes in
            let client = try await TestClient.socket(port: nodes[1].port)
            nodes[0].namespace.emit("hello")
            #expect(try await client.next() == .text(#"42["hello"]"#))
        }
        #expect(!stranger.isConnected)
        running.cancel()
    }

    @Test func `a password and a database of its own are used`() async throws {
        let redis = try await RedisServer("--requirepass", "opensesame")
        let locked = RedisStreams(RedisConfiguration(port: redis.port), logger: quiet)
        let running = Task { await locked.run() }
        let url = "redis://:opensesame@127.0.0.1:\(redis.port)/3"
        try await self.withCluster(on: redis, RedisConfiguration(url: url)) { nodes in
            let client = try await TestClient.socket(port: nodes[1].port)
            nodes[0].namespace.emit("hello")
            #expect(try await client.next() == .text(#"42["hello"]"#))
        }
        #expect(!locked.isConnected)
        running.cancel()
    }
}

extension RedisStreams {
    /// How many other servers have the namespace now.
    fileprivate func countOthers(in namespace: String) async throws -> Int {
        let channel = "\(self.options.channelPrefix)#\(namespace)#"
        let counts = try await self.publisher.send("PUBSUB", "NUMSUB", channel).elements
        guard case .integer(let count)? = counts?.last else { return 0 }
        return count - 1
    }
}

/// What a test keeps across closures that run one after the other.
private final class Box<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// Asks until it is so, ten seconds at most.
private func eventually(_ check: @Sendable () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while try await !check() {
        guard ContinuousClock.now < deadline else { throw TestClient.TimedOut() }
        try await Task.sleep(for: .milliseconds(20))
    }
}
