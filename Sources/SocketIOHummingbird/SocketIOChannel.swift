public import EngineIO
public import HummingbirdCore
public import Logging
public import NIOCore
public import SocketIO

/// Puts a Socket.IO server and a Hummingbird application on one port. Requests for the Socket.IO path are answered on
/// the event loop and never reach the router; a connection without other requests has no task and no async channel.
///
/// With Hummingbird's `Application`, use ``HummingbirdCore/HTTPServerBuilder/socketIO(_:isSecure:)`` instead.
public struct SocketIOChannel: HTTPChannelHandler {
    /// A connection, and what became of it. Made by ``SocketIOChannel/setup(channel:logger:)``.
    public struct Value: ServerChildChannelValue {
        /// The accepted connection.
        public let channel: any Channel
        let outcome: EventLoopFuture<Outcome>
    }

    enum Outcome: Sendable {
        /// It asked for something of the router's.
        case http(HummingbirdFallback.HTTPChannel)
        /// It became a WebSocket, or closed.
        case done
    }

    /// Serves the router's requests, in the connection's own task.
    public let responder: Responder

    private let engine: EngineServer
    private let isSecure: Bool

    /// Serves one path by an Engine.IO server, and everything else by a responder.
    ///
    /// - Parameters:
    ///   - engine: serves the Socket.IO path, such as that of a `SocketIOServer`.
    ///   - isSecure: whether TLS ends in this process, as sockets see it in their handshake. Default false.
    ///   - responder: serves everything else.
    public init(engine: EngineServer, isSecure: Bool = false, responder: @escaping Responder) {
        self.engine = engine
        self.isSecure = isSecure
        self.responder = responder
    }

    /// Sets up an accepted connection, on its event loop. Hummingbird calls it.
    ///
    /// - Parameters:
    ///   - channel: the connection, behind its TLS handler if it has one.
    ///   - logger: is not used; the engine has its own.
    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let fallback = HummingbirdFallback(outcome: channel.eventLoop.makePromise())
            do {
                try self.engine.configure(channel, isSecure: self.isSecure, fallback: fallback)
            } catch {
                // A promise that is never kept ends the process in debug builds.
                fallback.discard()
                throw error
            }
            return Value(channel: channel, outcome: fallback.outcome.futureResult)
        }
    }

    /// Serves a connection's requests for the router, from the first one on. Returns when the connection is closed or has
    /// become a WebSocket. Hummingbird calls it, in a task for each connection. Requests are served on Swift's thread pool,
    /// since routes may take their time; until there is one the task stays where it is, which may be an event loop.
    ///
    /// - Parameters:
    ///   - value: the connection.
    ///   - logger: gets the errors of the router's requests.
    public func handle(value: Value, logger: Logger) async {
        guard case .http(let channel)? = try? await value.outcome.get() else { return }
        await withTaskExecutorPreference(globalConcurrentExecutor) {
            await self.handleHTTP(asyncChannel: channel, logger: logger)
        }
    }
}

extension HTTPServerBuilder {
    /// A server with Socket.IO in front of the router, on one port.
    ///
    /// ```swift
    /// let application = Application(router: router, server: .socketIO(io))
    /// let services = ServiceGroup(
    ///     services: [application, SocketIOService(io)],
    ///     gracefulShutdownSignals: [.sigint, .sigterm],
    ///     logger: logger
    /// )
    /// try await services.run()
    /// ```
    ///
    /// Under TLS, use it as the base of `.tls(_:tlsConfiguration:)`. Run ``SocketIOService`` beside the application, so that
    /// connections end when it stops.
    ///
    /// - Parameters:
    ///   - io: serves the path of its configuration.
    ///   - isSecure: whether TLS ends in this process, as sockets see it in their handshake. Default false.
    public static func socketIO(_ io: SocketIOServer, isSecure: Bool = false) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in SocketIOChannel(engine: io.engine, isSecure: isSecure, responder: responder) }
    }
}
