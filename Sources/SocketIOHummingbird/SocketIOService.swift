public import ServiceLifecycle
public import SocketIO

/// Ends all Socket.IO connections when its service group shuts down.
///
/// A long poll that waits would keep Hummingbird's server from stopping, so this must stop first. A service group stops
/// its services in reverse order: put it behind the application.
///
/// ```swift
/// ServiceGroup(services: [application, SocketIOService(io)], gracefulShutdownSignals: [.sigterm], logger: logger)
/// ```
public struct SocketIOService: Service {
    private let io: SocketIOServer

    /// - Parameter io: the server to end.
    public init(_ io: SocketIOServer) {
        self.io = io
    }

    /// Waits for the shutdown.
    public func run() async throws {
        try await gracefulShutdown()
        await self.io.shutdown()
    }
}
