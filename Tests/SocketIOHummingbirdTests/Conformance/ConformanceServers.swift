import EngineIO
import NIOCore
import ServiceLifecycle
import SocketIO

extension EngineConfiguration {
    /// An interval as the public protocol suites use it; only for tests of time, since a busy machine breaks others with it.
    ///
    /// - Parameter timeout: milliseconds for an answer. Generous where the test answers.
    mutating func useShortHeartbeat(timeout: Int) {
        self.pingInterval = .milliseconds(300)
        self.pingTimeout = .milliseconds(timeout)
    }
}

/// Runs an Engine.IO server that echoes every message.
func withEngineIO(
    _ change: (inout EngineConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (TestPolling) async throws -> Void
) async throws {
    var configuration = EngineConfiguration()
    change(&configuration)
    let engine = EngineServer(configuration: configuration, logger: quiet) { EngineEcho($0) }
    try await withServer(engine: engine, stop: [EngineService(engine: engine)]) { port, _ in
        try await body(TestPolling(port: port))
    }
}

/// Runs a Socket.IO server as the public suite expects it: `auth` on connection, echoes with and without ack.
func withSocketIO(
    _ change: (inout SocketIOConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (TestPolling) async throws -> Void
) async throws {
    var configuration = SocketIOConfiguration()
    change(&configuration)
    try await withServer(configuration: configuration) { io in
        for name in ["/", "/custom"] {
            io.namespace(name).onConnection { socket in socket.emit("auth", socket.auth) }
        }
        io.namespace("/")
            .on("message") { socket, event in
                socket.emit(
                    EventPacket(name: "message-back", arguments: event.arguments, attachments: event.attachments)
                )
            }
        io.namespace("/")
            .on("message-with-ack") { _, event in
                event.ack?.send(event.arguments, attachments: event.attachments)
            }
    } _: { port, _ in
        try await body(TestPolling(port: port))
    }
}

private struct EngineService: Service {
    let engine: EngineServer

    func run() async throws {
        try await gracefulShutdown()
        await self.engine.shutdown()
    }
}

/// Sends every message back.
private final class EngineEcho: EngineConnectionDelegate {
    private unowned let connection: EngineConnection

    init(_ connection: EngineConnection) { self.connection = connection }

    func received(text: ByteBuffer) { self.connection.send(OutboundMessage { $0.writeImmutableBuffer(text) }) }
    func received(binary: ByteBuffer) { self.connection.send(OutboundMessage(binary: binary)) }
    func closed(_ reason: CloseReason) {}
}
