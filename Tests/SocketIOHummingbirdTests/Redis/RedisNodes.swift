import NIOPosix
import RedisProcess
import SocketIO

@testable import SocketIORedis

/// One server of a cluster.
struct RedisNode: Sendable {
    let namespace: Namespace
    let streams: RedisStreams
    let port: Int
}

/// Runs so many servers on one Redis, all connected.
func withCluster(
    of count: Int = 2,
    on redis: RedisServer,
    _ configuration: RedisConfiguration? = nil,
    onGap: @escaping @Sendable () -> Void = {},
    _ body: @escaping @Sendable ([RedisNode]) async throws -> Void
) async throws {
    try await withNodes(count, configuration ?? RedisConfiguration(port: redis.port), onGap, [], body)
}

private func withNodes(
    _ count: Int,
    _ configuration: RedisConfiguration,
    _ onGap: @escaping @Sendable () -> Void,
    _ nodes: [RedisNode],
    _ body: @escaping @Sendable ([RedisNode]) async throws -> Void
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
            let node = RedisNode(namespace: namespace, streams: streams, port: port)
            try await withNodes(count - 1, configuration, onGap, nodes + [node], body)
        }
        group.cancelAll()
    }
}

/// One that belongs to no server; whoever asks for it closes it.
func connection(to port: Int) async -> RedisConnection {
    await connection(with: RedisConfiguration(port: port))
}

func connection(with configuration: RedisConfiguration) async -> RedisConnection {
    let connection = RedisConnection(
        configuration,
        on: MultiThreadedEventLoopGroup.singleton.next(),
        logger: quiet
    )
    connection.open()
    await connection.ready()
    return connection
}

extension RedisStreams {
    /// How many other servers have the namespace now.
    func countOthers(in namespace: String) async throws -> Int {
        let channel = "\(self.options.channelPrefix)#\(namespace)#"
        let counts = try await self.publisher.send("PUBSUB", "NUMSUB", channel).elements
        guard case .integer(let count)? = counts?.last else { return 0 }
        return count - 1
    }
}

/// What a test keeps across closures that run one after the other.
final class Box<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// Asks until it is so, ten seconds at most.
func eventually(_ check: @Sendable () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while try await !check() {
        guard ContinuousClock.now < deadline else { throw TestClient.TimedOut() }
        try await Task.sleep(for: .milliseconds(20))
    }
}
