public import Logging
public import NIOCore
import NIOHTTP1
import Synchronization

/// An Engine.IO 4 server: every session of one process, on all its event loops.
///
/// It does not listen by itself. Whoever accepts connections calls ``configure(_:isSecure:fallback:)`` for each.
/// Thread-safe.
public final class EngineServer: Sendable {
    /// What the server was made with.
    public let configuration: EngineConfiguration

    let accept: @Sendable (EngineConnection) -> any EngineConnectionDelegate
    let logger: Logger
    let timing: Session.Timing
    let httpTiming: HTTPConnectionState.Timing

    private struct State {
        var loops: [ObjectIdentifier: NIOLoopBound<EngineLoop>] = [:]
        var sessions: [SessionID: EngineHandle] = [:]
        var isShuttingDown = false
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - configuration: bounds and timings.
    ///   - logger: gets debug lines; anything above `debug` is a fault of this library.
    ///   - accept: called on the session's event loop when a session has opened; returns what receives its messages.
    public init(
        configuration: EngineConfiguration = .init(),
        logger: Logger,
        accept: @escaping @Sendable (EngineConnection) -> any EngineConnectionDelegate
    ) {
        self.configuration = configuration
        self.logger = logger
        self.accept = accept
        self.timing = Session.Timing(
            pingInterval: .init(configuration.pingInterval),
            pingTimeout: .init(configuration.pingTimeout),
            upgradeTimeout: .init(configuration.upgradeTimeout)
        )
        self.httpTiming = HTTPConnectionState.Timing(
            request: .init(configuration.requestTimeout),
            keepAlive: .init(configuration.keepAliveTimeout),
            shutdown: .init(configuration.shutdownTimeout)
        )
    }

    /// Sessions that are open, or closed and still owing an answer.
    public var sessionCount: Int { self.state.withLock { $0.sessions.count } }

    /// Makes an accepted connection speak HTTP/1.1 and serves Engine.IO on it. On the channel's event loop.
    ///
    /// - Parameters:
    ///   - channel: an accepted connection, behind its TLS handler if it has one.
    ///   - isSecure: whether TLS ends in this process.
    ///   - fallback: serves requests for other paths; without one they get 404.
    public func configure(_ channel: any Channel, isSecure: Bool = false, fallback: (any HTTPFallback)? = nil) throws {
        try EngineHTTPHandler.install(
            on: channel,
            server: self,
            loop: self.loop(for: channel.eventLoop),
            isSecure: isSecure,
            fallback: fallback
        )
    }

    /// Ends every session and refuses new ones with 503: pending polls end, WebSockets are closed with 1001.
    /// Requests in progress have ``EngineConfiguration/shutdownTimeout``. Returns when all sessions have been told and the
    /// WebSockets' connections are closed, within about a second.
    public func shutdown() async {
        let loops = self.state.withLock { state in
            state.isShuttingDown = true
            return Array(state.loops.values)
        }
        let ends = loops.map { loop in loop.eventLoop.flatSubmit { loop.value.shutDown() } }
        // Fails only on an event loop that has ended, and so has no connections.
        for end in ends { try? await end.get() }
    }

    var isShuttingDown: Bool { self.state.withLock { $0.isShuttingDown } }

    func loop(for eventLoop: any EventLoop) -> EngineLoop {
        self.state.withLock { state in
            let key = ObjectIdentifier(eventLoop)
            if let loop = state.loops[key] { return loop.value }
            let loop = EngineLoop(eventLoop: eventLoop, configuration: self.configuration)
            state.loops[key] = NIOLoopBound(loop, eventLoop: eventLoop)
            return loop
        }
    }

    /// Opens a session on the calling event loop.
    func makeConnection(_ request: HandshakeRequest, _ transport: Transport, on loop: EngineLoop) -> EngineConnection {
        let connection = EngineConnection(server: self, loop: loop, request: request, transport: transport)
        self.state.withLock { $0.sessions[connection.id] = connection.handle }
        return connection
    }

    func session(_ id: SessionID) -> EngineHandle? {
        self.state.withLock { $0.sessions[id] }
    }

    func forget(_ connection: EngineConnection) {
        self.state.withLock { _ = $0.sessions.removeValue(forKey: connection.id) }
    }
}

/// Serves the requests of a connection that are not Engine.IO's.
public protocol HTTPFallback {
    /// Adds the handlers that take `HTTPServerRequestPart`s to the end of the pipeline. Called once per connection, on
    /// its event loop, before its first request for another path is passed on.
    ///
    /// - Returns: those of them that must leave when the connection becomes a WebSocket.
    func install(on channel: any Channel) throws -> [any RemovableChannelHandler]

    /// The connection will never need the fallback: it became a WebSocket or closed. Called at most once, and not
    /// after ``install(on:)``.
    func discard()
}
