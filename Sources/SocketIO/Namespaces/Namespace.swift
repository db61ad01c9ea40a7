import Logging
import Synchronization

/// A part of the server that clients enter on its own, with its own middleware, handlers and rooms. Thread-safe.
///
/// Register everything before clients come: a handler added later hears only what arrives afterwards, and none can be
/// removed. Handlers and middleware run in tasks of their own, so they may wait: on Swift's thread pool, or where
/// ``SocketIOConfiguration/runsHandlersOnEventLoop`` puts them. Different sockets' handlers run at the same time; of one
/// socket they run one after the other, in this order: those for its entering, those for each of its events, those for its
/// leaving. A socket whose handlers wait makes nobody else wait.
public final class Namespace: Sendable {
    /// Decides whether a socket may enter. Throws ``ConnectError`` to refuse it; any other error refuses it with
    /// the message `internal error`, and is logged as a warning.
    ///
    /// The socket has not entered yet: it can join no room, and nothing should be sent to it. What is found out about it
    /// belongs into its ``Socket/data``.
    public typealias Middleware = @Sendable (Socket) async throws -> Void
    /// Runs for each socket that has entered, before the first of its events. By then the client knows that it has.
    public typealias ConnectionHandler = @Sendable (Socket) async -> Void
    /// Runs for each event of a name. One socket's events are handled one after the other, in the order sent, so that a
    /// handler that waits keeps back this socket's later ones.
    public typealias EventHandler = @Sendable (Socket, Event) async -> Void
    /// Handles an event at once, on the socket's event loop, and must not block. False: it has done nothing, and the
    /// handler that may wait is to run.
    public typealias ImmediateHandler = @Sendable (Socket, Event) -> Bool
    /// Runs when a socket has left, after all its events, with the rooms it was in. It is in none of them any more, and
    /// nothing should be sent to it.
    public typealias DisconnectHandler = @Sendable (Socket, DisconnectReason, Set<Room>) async -> Void
    /// Runs for an event from another server of the cluster, with its arguments. What it returns goes back to a server
    /// that asked; of several handlers for one event the first one answers.
    public typealias ServerEventHandler = @Sendable ([JSON]) async -> [JSON]

    /// The name clients enter it by, such as `/` or `/admin`. That of the namespace returned by
    /// ``SocketIOServer/namespaces(where:)``, which nobody enters, is `(pattern)`.
    public let name: String

    let local: LocalAdapter
    let adapter: any Adapter
    private let registered: SharedHandlers
    private let ackIDs = Atomic(0)

    /// - Parameters:
    ///   - handlers: those of the pattern the name fits, if there is one.
    ///   - makeAdapter: wraps the local adapter for more than one server.
    ///   - onBroadcast: see ``SocketIOConfiguration/onBroadcast``.
    init(
        name: String,
        handlers: SharedHandlers = .init(),
        makeAdapter: AdapterFactory,
        onBroadcast: LocalAdapter.OnBroadcast? = nil
    ) {
        self.name = name
        self.local = LocalAdapter(namespace: name, handlers: handlers, onBroadcast: onBroadcast)
        self.adapter = makeAdapter(self.local)
        self.registered = handlers
    }

    /// Adds a middleware. They run in the order added, each after the end of the one before; the first that throws ends
    /// the row, and the socket does not enter.
    ///
    /// ```swift
    /// chat.use { socket in
    ///     guard let token = socket.auth.object?["token"]?.string, token == "secret" else {
    ///         throw ConnectError(message: "unauthorized")
    ///     }
    /// }
    /// ```
    ///
    /// - Parameter middleware: runs once for each socket that asks to enter. The connection is closed if the socket has
    ///   entered no namespace within ``SocketIOConfiguration/connectTimeout``.
    public func use(_ middleware: @escaping Middleware) {
        self.registered.change { $0.middleware.append(middleware) }
    }

    /// Adds a handler for sockets that enter. Several run in the order added.
    ///
    /// - Parameter handler: gets the socket.
    public func onConnection(_ handler: @escaping ConnectionHandler) {
        self.registered.change { $0.connection.append(handler) }
    }

    /// Adds a handler for events of a name. Several run in the order added. Events that no handler knows are ignored, and
    /// nobody answers them.
    ///
    /// - Parameters:
    ///   - event: the name. The library keeps `connect`, `connect_error`, `disconnect`, `disconnecting`, `newListener` and
    ///     `removeListener`: a client that sends one of them is disconnected with `parse error`.
    ///   - handler: gets the socket and the event.
    public func on(_ event: String, _ handler: @escaping EventHandler) {
        self.registered.change { $0.events[event, default: .init()].handlers.append(handler) }
    }

    /// Adds a handler for events that can mostly be handled without waiting: no task is made for them. The order of the
    /// socket's events stays as it is: what comes while others wait goes to `handler`, as does everything once there is
    /// another handler for the event.
    ///
    /// - Parameters:
    ///   - event: the name, as for ``on(_:_:)``.
    ///   - attempt: gets the socket and the event, on the socket's event loop.
    ///   - handler: runs where `attempt` did not or returned false.
    public func on(
        _ event: String,
        atOnce attempt: @escaping ImmediateHandler,
        otherwise handler: @escaping EventHandler
    ) {
        self.registered.change {
            $0.events[event, default: .init()].handlers.append(handler)
            $0.events[event]?.immediate = attempt
        }
    }

    /// Adds a handler for every event. It runs before those for the event's name.
    ///
    /// - Parameter handler: gets the socket and the event.
    public func onAny(_ handler: @escaping EventHandler) {
        self.registered.change { $0.anyEvent.append(handler) }
    }

    /// Adds a handler for sockets that leave, by whatever reason. Several run in the order added.
    ///
    /// - Parameter handler: gets the socket, the reason and the rooms it was in, without its own.
    public func onDisconnect(_ handler: @escaping DisconnectHandler) {
        self.registered.change { $0.disconnect.append(handler) }
    }

    /// Adds a handler for events that other servers of the cluster send with ``serverSideEmit(_:_:)``. A server does not
    /// hear its own, and without a cluster none are sent.
    ///
    /// - Parameters:
    ///   - event: the name.
    ///   - handler: gets the arguments.
    public func onServerSide(_ event: String, _ handler: @escaping ServerEventHandler) {
        self.registered.change { $0.serverEvents[event, default: []].append(handler) }
    }

    // MARK: - Inside the library

    var handlers: Handlers { self.registered.current }

    func handlers(for event: String) -> [EventHandler] {
        self.registered.handlers(for: event)
    }

    func immediateHandler(for event: String) -> ImmediateHandler? {
        self.registered.immediate(for: event)
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

    /// Only where it stands for all that would run.
    func immediate(for event: String) -> Namespace.ImmediateHandler? {
        // A closure that comes out of a dictionary or a generic function is wrapped, with an allocation for each: not so
        // the structure that it is in.
        let found = self.handlers.withLock { $0.anyEvent.isEmpty ? $0.events[event] : nil }
        return found?.handlers.count == 1 ? found?.immediate : nil
    }

    func change(_ body: (inout Handlers) -> Void) {
        self.handlers.withLock { body(&$0) }
    }
}
