import EngineIO
import SocketIO
import socketio_conformance

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
    loops: Int = 2,
    _ change: (inout EngineConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (TestPolling) async throws -> Void
) async throws {
    var configuration = EngineConfiguration()
    change(&configuration)
    let engine = EngineServer(configuration: configuration, logger: quiet) { EngineEcho($0) }
    try await withServer(loops: loops, engine: engine, stop: [EngineService(engine)]) { port, _ in
        try await body(TestPolling(port: port))
    }
}

/// Runs a Socket.IO server as the public suite expects it: `auth` on connection, echoes with and without ack.
func withSocketIO(
    _ change: (inout SocketIOConfiguration) -> Void = { _ in },
    setUp: (SocketIOServer) -> Void = { _ in },
    _ body: @escaping @Sendable (TestPolling) async throws -> Void
) async throws {
    var configuration = SocketIOConfiguration()
    change(&configuration)
    try await withServer(configuration: configuration) { io in
        io.echoForSuite()
        setUp(io)
    } _: { port, _ in
        try await body(TestPolling(port: port))
    }
}
