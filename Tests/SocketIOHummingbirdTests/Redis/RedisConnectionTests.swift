import Logging
import NIOPosix
import RedisProcess
import SocketIO
import Testing

@testable import SocketIORedis

/// How Redis is reached, and what becomes of those who wait for it.
@Suite(
    .enabled(if: RedisServer.binary != nil, "redis-server is not installed: apt-get install redis-server"),
    .timeLimit(.minutes(2))
)
struct RedisConnectionTests {
    @Test func `a server that is gone stalls nobody`() async throws {
        let redis = try await RedisServer()
        try await withCluster(on: redis) { [port = redis.port] nodes in
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
        try await withCluster(on: redis) { nodes in
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
        try await withCluster(on: redis, configuration) { nodes in
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
        try await withCluster(on: redis, RedisConfiguration(url: url)) { nodes in
            let client = try await TestClient.socket(port: nodes[1].port)
            nodes[0].namespace.emit("hello")
            #expect(try await client.next() == .text(#"42["hello"]"#))
        }
        #expect(!locked.isConnected)
        running.cancel()
    }

    @Test func `why Redis is out of reach is said once, and that it is not any more`() async throws {
        let redis = try await RedisServer("--requirepass", "opensesame")
        let lines = LogLines()
        let locked = RedisConnection(
            RedisConfiguration(port: redis.port),
            on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "test", factory: { _ in LogRecorder(lines) })
        )
        locked.open()
        try await eventually { !lines.all.isEmpty }
        // Time for more attempts.
        try await Task.sleep(for: .seconds(2))
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.contains("NOAUTH") == true)
        let owner = try await connection(
            with: RedisConfiguration(url: "redis://:opensesame@127.0.0.1:\(redis.port)")
        )
        _ = try await owner.send("CONFIG", "SET", "requirepass", "")
        await locked.ready()
        #expect(lines.all.dropFirst() == ["Redis can be reached"])
        for connection in [owner, locked] { connection.close() }
    }

    @Test func `what is wrong with a certificate is said`() async throws {
        let certificate = try TestCertificate()
        let redis = try await RedisServer(tls: [
            "--tls-cert-file", certificate.chain, "--tls-key-file", certificate.key, "--tls-auth-clients", "no",
        ])
        let lines = LogLines()
        let stranger = RedisConnection(
            try RedisConfiguration(url: "rediss://127.0.0.1:\(redis.port)"),
            on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "test", factory: { _ in LogRecorder(lines) })
        )
        stranger.open()
        try await eventually { lines.all.contains { $0.contains("CERTIFICATE_VERIFY_FAILED") } }
        stranger.close()
    }

    @Test func `why Redis runs no script is said once`() async throws {
        let redis = try await RedisServer("--rename-command", "EVALSHA", "")
        let lines = LogLines()
        let scripts = RedisScripts(
            RedisConfiguration(port: redis.port),
            logger: Logger(label: "test", factory: { _ in LogRecorder(lines) })
        )
        let running = Task { await scripts.run() }
        for _ in 1...2 {
            try await eventually {
                #expect(await scripts("return {1}", keys: [], []) == nil)
                return !lines.all.isEmpty
            }
            // Nobody is asked for a second.
            try await Task.sleep(for: .milliseconds(1100))
        }
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.contains("EVALSHA") == true)
        running.cancel()
    }
}
