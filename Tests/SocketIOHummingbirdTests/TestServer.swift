import EngineIO
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SocketIO
import SocketIOHummingbird

/// Runs a server on a free loopback port while `body` runs, then shuts it down as a service group does.
func withServer(
    loops: Int = 2,
    configuration: SocketIOConfiguration = .init(),
    _ setUp: (SocketIOServer) -> Void = { _ in },
    _ body: @escaping @Sendable (_ port: Int, _ services: ServiceGroup) async throws -> Void
) async throws {
    let io = SocketIOServer(configuration: configuration, logger: quiet)
    setUp(io)
    try await withServer(loops: loops, engine: io.engine, stop: [SocketIOService(io)], body)
}

/// The same for a server that was made before.
func withServer(io: SocketIOServer, _ body: @escaping @Sendable (_ port: Int) async throws -> Void) async throws {
    try await withServer(engine: io.engine, stop: [SocketIOService(io)]) { port, _ in try await body(port) }
}

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// The same for an engine alone; `stop` are the services that end its connections.
func withServer(
    loops: Int = 2,
    engine: EngineServer,
    stop: [any Service],
    _ body: @escaping @Sendable (_ port: Int, _ services: ServiceGroup) async throws -> Void
) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    let channel = SocketIOChannel(engine: engine) { request, writer, _ in
        let text = ByteBuffer(string: "router \(request.head.path ?? "")")
        let thread = MultiThreadedEventLoopGroup.currentEventLoop == nil ? "pool" : "event loop"
        let headers: HTTPFields = [.contentLength: String(text.readableBytes), .server: thread]
        var body = try await writer.writeHead(.init(status: .ok, headerFields: headers))
        try await body.write(text)
        try await body.finish(nil)
    }
    let server = channel.server(
        configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { found.yield($0.localAddress?.port ?? 0) },
        eventLoopGroup: group,
        logger: quiet
    )
    let services = ServiceGroup(services: [server] + stop, logger: quiet)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await services.run() }
        for await port in ports.prefix(1) {
            do {
                try await body(port, services)
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
        }
        await services.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
    try await group.shutdownGracefully()
}
