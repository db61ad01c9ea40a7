public import EngineIO
public import HummingbirdCore
public import Logging
public import NIOCore
public import SocketIO

/// Puts a Socket.IO server and a Hummingbird application on one port. Requests for the Socket.IO path are answered on
/// the event loop and never reach the router; a connection without other requests has no task and no async channel.
public struct SocketIOChannel: HTTPChannelHandler {
    /// A connection, and what became of it.
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

    /// Serves the router's requests.
    public let responder: Responder

    private let engine: EngineServer
    private let isSecure: Bool

    /// - Parameters:
    ///   - engine: serves the Socket.IO path.
    ///   - isSecure: whether TLS ends in this process, as sockets see it in their handshake.
    ///   - responder: serves everything else.
    public init(engine: EngineServer, isSecure: Bool = false, responder: @escaping Responder) {
        self.engine = engine
        self.isSecure = isSecure
        self.responder = responder
    }

    /// Sets up an accepted connection, on its event loop.
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

    /// Serves a connection's requests for the router. Returns at once when there will be none.
    public func handle(value: Value, logger: Logger) async {
        guard case .http(let channel)? = try? await value.outcome.get() else { return }
        await self.handleHTTP(asyncChannel: channel, logger: logger)
    }
}

extension HTTPServerBuilder {
    /// A server with Socket.IO in front of the router. Under TLS, use it as the base of `.tls` and say so in
    /// `isSecure`.
    ///
    /// Run ``SocketIOService`` beside the application, so that connections end when it stops.
    public static func socketIO(_ io: SocketIOServer, isSecure: Bool = false) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in SocketIOChannel(engine: io.engine, isSecure: isSecure, responder: responder) }
    }
}
