public import ServiceLifecycle
public import SocketIO

/// Ends all Socket.IO connections when its service group shuts down.
///
/// A long poll that waits would keep Hummingbird's server from stopping, so this must stop first. A service group stops
/// its services in reverse order: put it behind the application. The application's own list of services is no place for
/// it, since they stop after the server.
///
/// ```swift
/// let services = ServiceGroup(
///     services: [application, SocketIOService(io)],
///     gracefulShutdownSignals: [.sigint, .sigterm],
///     logger: logger
/// )
/// ```
public struct SocketIOService: Service {
    private let io: SocketIOServer
    private let timeout: Duration

    /// A service that ends a server.
    ///
    /// - Parameters:
    ///   - io: the server to end.
    ///   - timeout: how long handlers may take then. Default 5 s.
    public init(_ io: SocketIOServer, timeout: Duration = .seconds(5)) {
        self.io = io
        self.timeout = timeout
    }

    /// Waits for the group's graceful shutdown, then calls `SocketIOServer.shutdown(timeout:)`. A service group calls it.
    ///
    /// - Throws: `CancellationError` when the task is cancelled instead; then nothing is ended.
    public func run() async throws {
        try await gracefulShutdown()
        await self.io.shutdown(timeout: self.timeout)
    }
}
