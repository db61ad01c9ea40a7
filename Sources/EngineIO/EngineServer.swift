public import Logging
public import NIOCore
import NIOHTTP1
import Synchronization

/// An Engine.IO 4 server: every session of one process, on all its event loops.
///
/// It does not listen by itself. Whoever accepts connections calls ``configure(_:isSecure:fallback:)`` for each, as
/// in <doc:EngineIO#A-server-of-its-own>. Thread-safe.
public final class EngineServer: Sendable {
    /// What the server was made with.
    public let configuration: EngineConfiguration

    let makeID: @Sendable () -> SessionID
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

    /// Makes a server without connections.
    ///
    /// - Parameters:
    ///   - configuration: bounds and timings. Default: those of ``EngineConfiguration``.
    ///   - logger: gets debug lines, and an error if an ``HTTPFallback`` could not be installed. No line holds a body or a
    ///     header, and a session's id only once it has ended.
    ///   - accept: called on the session's event loop when a session has opened, and must not block; returns what
    ///     receives its messages, which the session keeps until it ends.
    public convenience init(
        configuration: EngineConfiguration = .init(),
        logger: Logger,
        accept: @escaping @Sendable (EngineConnection) -> any EngineConnectionDelegate
    ) {
        self.init(configuration: configuration, logger: logger, makeID: SessionID.random, accept: accept)
    }

    /// - Parameter makeID: names each session; a test that compares two runs names them the same.
    init(
        configuration: EngineConfiguration,
        logger: Logger,
        makeID: @escaping @Sendable () -> SessionID,
        accept: @escaping @Sendable (EngineConnection) -> any EngineConnectionDelegate
    ) {
        self.configuration = configuration
        self.logger = logger
        self.makeID = makeID
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

    /// Sessions that are open, or closed with a last answer that a poll may still fetch, for 5 s at most. Takes a lock.
    public var sessionCount: Int { self.state.withLock { $0.sessions.count } }

    /// Makes an accepted connection speak HTTP/1.1 and serves Engine.IO on it. Must be called on the channel's event loop,
    /// before it reads.
    ///
    /// - Parameters:
    ///   - channel: an accepted connection, behind its TLS handler if it has one, without HTTP handlers.
    ///   - isSecure: whether TLS ends in this process, as ``HandshakeRequest/isSecure`` shows it. Default false.
    ///   - fallback: serves requests for other paths. Default nil: they get 404.
    /// - Throws: what the channel's pipeline throws when it takes no handlers, because the connection is closed.
    public func configure(_ channel: any Channel, isSecure: Bool = false, fallback: (any HTTPFallback)? = nil) throws {
        try EngineHTTPHandler.install(
            on: channel,
            server: self,
            loop: self.loop(for: channel.eventLoop),
            isSecure: isSecure,
            fallback: fallback
        )
    }

    /// Refuses new sessions with 503; those that are open go on until ``shutdown()``. May be called from any thread.
    public func refuseSessions() {
        self.state.withLock { $0.isShuttingDown = true }
    }

    /// Ends every session with ``CloseReason/shuttingDown`` and refuses new ones with 503: pending polls end, WebSockets
    /// are closed with 1001 (RFC 6455 §7.4.1). Requests in progress have ``EngineConfiguration/shutdownTimeout``.
    ///
    /// Returns when all sessions have been told and the WebSockets' connections are closed, which takes about a second if
    /// a client does not answer the close. May be called from any task and more than once; there is no way back.
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

    var loops: [NIOLoopBound<EngineLoop>] { self.state.withLock { Array($0.loops.values) } }

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

/// Serves the requests of one connection that are not Engine.IO's.
public protocol HTTPFallback {
    /// Adds the handlers that take `HTTPServerRequestPart`s, and write `HTTPServerResponsePart`s, to the end of the
    /// pipeline. Called at most once per connection, on its event loop, before its first request for another path is
    /// passed on. Requests come one at a time.
    ///
    /// - Parameter channel: the connection.
    /// - Returns: those of the handlers that must leave when the connection becomes a WebSocket.
    /// - Throws: anything. It is logged, and the connection closed.
    func install(on channel: any Channel) throws -> [any RemovableChannelHandler]

    /// The connection will never need the fallback: it became a WebSocket or closed. Called at most once, on its event
    /// loop, and not after ``install(on:)``.
    func discard()
}
