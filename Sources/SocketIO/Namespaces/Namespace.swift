import Logging
import Synchronization

/// A part of the server that clients enter on its own, with its own middleware, handlers and rooms. Thread-safe.
///
/// Register everything before clients come: a handler added later hears only what arrives afterwards.
public final class Namespace: Sendable {
    /// Decides whether a socket may enter. Throws ``ConnectError`` to refuse it; any other error refuses it with
    /// the message `internal error`, and is logged.
    public typealias Middleware = @Sendable (Socket) async throws -> Void
    /// Runs for each socket that has entered, before the first of its events.
    public typealias ConnectionHandler = @Sendable (Socket) async -> Void
    /// Runs for each event of a name. One socket's events are handled one after the other, in the order sent.
    public typealias EventHandler = @Sendable (Socket, Event) async -> Void
    /// Runs when a socket has left, after all its events, with the rooms it was in.
    public typealias DisconnectHandler = @Sendable (Socket, DisconnectReason, Set<Room>) async -> Void

    struct Handlers {
        var middleware: [Middleware] = []
        var connection: [ConnectionHandler] = []
        var events: [String: [EventHandler]] = [:]
        var disconnect: [DisconnectHandler] = []
    }

    /// The name clients enter it by, such as `/` or `/admin`.
    public let name: String

    let adapter: LocalAdapter
    private let handlers = Mutex(Handlers())

    init(name: String) {
        self.name = name
        self.adapter = LocalAdapter(namespace: name)
    }

    /// Adds a middleware. They run in the order added; the first that throws ends the row.
    public func use(_ middleware: @escaping Middleware) {
        self.handlers.withLock { $0.middleware.append(middleware) }
    }

    /// Adds a handler for sockets that enter.
    public func onConnection(_ handler: @escaping ConnectionHandler) {
        self.handlers.withLock { $0.connection.append(handler) }
    }

    /// Adds a handler for events of a name. Events that no handler knows are ignored.
    public func on(_ event: String, _ handler: @escaping EventHandler) {
        self.handlers.withLock { $0.events[event, default: []].append(handler) }
    }

    /// Adds a handler for sockets that leave.
    public func onDisconnect(_ handler: @escaping DisconnectHandler) {
        self.handlers.withLock { $0.disconnect.append(handler) }
    }

    var current: Handlers { self.handlers.withLock { $0 } }

    func handlers(for event: String) -> [EventHandler] {
        self.handlers.withLock { $0.events[event] ?? [] }
    }

    // MARK: - Entering

    var hasMiddleware: Bool { self.handlers.withLock { !$0.middleware.isEmpty } }

    /// Runs the middleware.
    ///
    /// - Returns: what to tell a client that may not enter; nil if it may.
    func refusal(of socket: Socket, logger: Logger) async -> ConnectError? {
        do {
            for check in self.current.middleware { try await check(socket) }
            return nil
        } catch let error as ConnectError {
            return error
        } catch {
            logger.warning("A middleware failed", metadata: ["error": "\(error)"])
            return ConnectError(message: "internal error")
        }
    }

    // MARK: - Broadcasts

    /// Everybody in the namespace.
    public var everyone: BroadcastOperator { BroadcastOperator(namespace: self) }

    /// The sockets of a room.
    public func to(_ room: Room) -> BroadcastOperator { self.everyone.to(room) }

    /// Everybody but the sockets of a room.
    public func except(_ room: Room) -> BroadcastOperator { self.everyone.except(room) }

    /// Sends an event to everybody.
    public func emit(_ event: String, _ arguments: JSON...) { self.everyone.emit(event, arguments) }

    /// The sockets of this process in a room.
    public func sockets(in room: Room) async -> [Socket] {
        await self.to(room).sockets()
    }

    /// Makes the sockets of a room leave the namespace.
    public func disconnectSockets(in room: Room, closeConnection: Bool = false) {
        self.to(room).disconnectSockets(closeConnection: closeConnection)
    }
}
