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
    /// Runs for an event from another server of the cluster. What it returns goes back to a server that asked; of several
    /// handlers for one event the first one answers.
    public typealias ServerEventHandler = @Sendable ([JSON]) async -> [JSON]

    /// The name clients enter it by, such as `/` or `/admin`. Of one made by a pattern: the pattern's own name.
    public let name: String

    let local: LocalAdapter
    let adapter: any Adapter
    private let registered: SharedHandlers
    private let ackIDs = Atomic(0)

    /// - Parameters:
    ///   - handlers: those of the pattern the name fits, if there is one.
    ///   - makeAdapter: wraps the local adapter for more than one server.
    init(name: String, handlers: SharedHandlers = .init(), makeAdapter: AdapterFactory) {
        self.name = name
        self.local = LocalAdapter(namespace: name, handlers: handlers)
        self.adapter = makeAdapter(self.local)
        self.registered = handlers
    }

    /// Adds a middleware. They run in the order added; the first that throws ends the row.
    public func use(_ middleware: @escaping Middleware) {
        self.registered.change { $0.middleware.append(middleware) }
    }

    /// Adds a handler for sockets that enter.
    public func onConnection(_ handler: @escaping ConnectionHandler) {
        self.registered.change { $0.connection.append(handler) }
    }

    /// Adds a handler for events of a name. Events that no handler knows are ignored.
    public func on(_ event: String, _ handler: @escaping EventHandler) {
        self.registered.change { $0.events[event, default: []].append(handler) }
    }

    /// Adds a handler for every event. It runs before those for the event's name.
    public func onAny(_ handler: @escaping EventHandler) {
        self.registered.change { $0.anyEvent.append(handler) }
    }

    /// Adds a handler for sockets that leave.
    public func onDisconnect(_ handler: @escaping DisconnectHandler) {
        self.registered.change { $0.disconnect.append(handler) }
    }

    /// Adds a handler for events that other servers of the cluster send with ``serverSideEmit(_:_:)``. A server does not
    /// hear its own.
    public func onServerSide(_ event: String, _ handler: @escaping ServerEventHandler) {
        self.registered.change { $0.serverEvents[event, default: []].append(handler) }
    }

    // MARK: - Inside the library

    var handlers: Handlers { self.registered.current }

    func handlers(for event: String) -> [EventHandler] {
        self.registered.handlers(for: event)
    }

    /// An id for an ack, unused among the namespace's sockets.
    func nextAckID() -> Int {
        self.ackIDs.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    /// Runs the middleware.
    ///
    /// - Returns: what to tell a client that may not enter; nil if it may.
    func refusal(of socket: Socket, logger: Logger) async -> ConnectError? {
        do {
            for check in self.handlers.middleware { try await check(socket) }
            return nil
        } catch let error as ConnectError {
            return error
        } catch {
            logger.warning("A middleware failed", metadata: ["error": "\(error)"])
            return ConnectError(message: "internal error")
        }
    }
}

/// Handlers that the namespaces of a pattern have in common.
final class SharedHandlers: Sendable {
    private let handlers = Mutex(Handlers())

    var current: Handlers { self.handlers.withLock { $0 } }

    func handlers(for event: String) -> [Namespace.EventHandler] {
        self.handlers.withLock { $0.handlers(for: event) }
    }

    func change(_ body: (inout Handlers) -> Void) {
        self.handlers.withLock { body(&$0) }
    }
}
