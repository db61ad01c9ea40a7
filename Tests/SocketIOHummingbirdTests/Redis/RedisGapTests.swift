import NIOCore
import RedisProcess
import SocketIO
import Synchronization
import Testing

@testable import SocketIORedis

/// What is lost on the way, and that it is said.
@Suite(
    .enabled(if: RedisServer.binary != nil, "redis-server is not installed: apt-get install redis-server"),
    .timeLimit(.minutes(2))
)
struct RedisGapTests {
    @Test func `who reads more slowly than others write is told of a gap, and who keeps up is not`() async throws {
        let redis = try await RedisServer()
        let gaps = Mutex(0)
        try await withCluster(on: redis, onGap: { gaps.withLock { $0 += 1 } }) { [port = redis.port] nodes in
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
        let tooMany = ["XADD", "socket.io", "*"] + Array(repeating: "x", count: 80_000)
        let gaps = Mutex(0)
        try await withCluster(on: redis, onGap: { gaps.withLock { $0 += 1 } }) { nodes in
            let there = try await TestClient.socket(port: nodes[1].port)
            nodes[0].namespace.emit("before")
            #expect(try await there.next() == .text(#"42["before"]"#))
            _ = try await other.send("EVAL", script, "0")
            _ = try await other.send(tooMany, within: .seconds(10))
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
        try await withCluster(on: redis, onGap: { gaps.withLock { $0 += 1 } }) { nodes in
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

    @Test func `a connection that breaks while the reader asks for the oldest entry is a gap, too`() async throws {
        let redis = try await RedisStandIn { words in
            switch words.first {
            case "PING": "+PONG\r\n"
            case "XREVRANGE": "*1\r\n*2\r\n$3\r\n1-0\r\n*0\r\n"
            case "XREAD": words.last == "1-0" ? "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n2-0\r\n*0\r\n" : ""
            default: nil
            }
        }
        var options = RedisStreams.Options()
        options.maxLength = 1
        let gaps = Mutex(0)
        let streams = RedisStreams(RedisConfiguration(port: redis.port), options: options, logger: quiet) {
            gaps.withLock { $0 += 1 }
        }
        let running = Task { await streams.run() }
        try await eventually { gaps.withLock { $0 == 1 } }
        running.cancel()
        await running.value
    }
}
