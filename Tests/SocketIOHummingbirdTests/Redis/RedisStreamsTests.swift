import NIOCore
import RedisProcess
import SocketIO
import Synchronization
import Testing

@testable import SocketIORedis

/// What servers of one process carry to each other through a Redis of their own.
@Suite(
    .enabled(if: RedisServer.binary != nil, "redis-server is not installed: apt-get install redis-server"),
    .timeLimit(.minutes(2))
)
struct RedisStreamsTests {
    @Test func `broadcasts, exceptions and acks reach the sockets of every server`() async throws {
        try await withCluster(of: 3, on: RedisServer()) { nodes in
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
        try await withCluster(on: RedisServer()) { nodes in
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
        try await withCluster(on: RedisServer()) { nodes in
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
        try await withCluster(on: RedisServer()) { nodes in
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
        try await withCluster(on: RedisServer()) { nodes in
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
        try await withCluster(on: RedisServer()) { nodes in
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
        try await withCluster(on: redis) { [port = redis.port] nodes in
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
}
