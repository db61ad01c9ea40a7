public import EngineIO
public import Logging
import NIOCore
import Synchronization

/// A server for version 5 of the Socket.IO protocol: namespaces with their handlers, and every socket of one process.
/// Thread-safe.
///
/// ```swift
/// let io = SocketIOServer(logger: logger)
/// io.namespace("/").on("hello") { socket, event in
///     socket.emit("hello back", JSON(socket.id.rawValue))
///     event.ack?.send(event.arguments)
/// }
/// ```
///
/// It does not listen by itself: put it in front of an HTTP server (see `SocketIOHummingbird`), or hand accepted
/// connections to ``engine``.
public final class SocketIOServer: Sendable {
    /// What the server was made with.
    public var configuration: SocketIOConfiguration { self.parts.configuration }

    /// The transport below; takes accepted connections (`EngineServer.configure(_:isSecure:fallback:)`).
    public let engine: EngineServer

    private let parts: ServerParts

    /// Makes a server without namespaces and connections.
    ///
    /// - Parameters:
    ///   - configuration: bounds and timings. Default: those of ``SocketIOConfiguration``.
    ///   - logger: gets debug lines, and a warning when a middleware throws something else than a ``ConnectError``. No
    ///     line holds a message's contents.
    ///   - adapter: makes each namespace's adapter around its local one, when the namespace is made. Default: the local
    ///     one, for a single server.
    public init(
        configuration: SocketIOConfiguration = .init(),
        logger: Logger,
        adapter: @escaping AdapterFactory = { $0 }
    ) {
        let parts = ServerParts(
            configuration: configuration,
            namespaces: NamespaceTable(makeAdapter: adapter, onBroadcast: configuration.onBroadcast),
            logger: logger
        )
        self.parts = parts
        self.engine = EngineServer(configuration: configuration.engine, logger: logger) { connection in
            Client(connection, of: parts)
        }
    }

    /// How many sockets have handlers running, or events that wait for them.
    public var busySocketCount: Int { self.parts.activity.runningCount }

    /// The namespace of that name, made if there is none yet. Clients can enter only namespaces that were made; others
    /// get the CONNECT_ERROR `Invalid namespace` (socket.io-protocol 5, "Connection to a namespace").
    ///
    /// - Parameter name: begins with `/`; the slash is added where it is missing. Default `/`, which clients enter when
    ///   they name none.
    public func namespace(_ name: String = "/") -> Namespace {
        self.parts.namespaces.namespace(name.hasPrefix("/") ? name : "/" + name)
    }

    /// Lets clients enter every namespace whose name fits. All of them share the handlers registered on the value
    /// returned; each has its own sockets and rooms, and exists only while it has sockets. A namespace of
    /// ``namespace(_:)`` goes first, then the first pattern that fits.
    ///
    /// ```swift
    /// let workspaces = io.namespaces { name, _ in name.hasPrefix("/workspace-") }
    /// workspaces.on("message") { socket, event in
    ///     socket.namespace.emit("message", JSON(event.arguments))
    /// }
    /// ```
    ///
    /// - Parameter fits: told the name, and the payload of the CONNECT packet. Called for each client anew, on an event
    ///   loop, and must not block.
    /// - Returns: a namespace that nobody can enter, to register handlers on. What is sent to it reaches nobody: use
    ///   ``Socket/namespace``.
    public func namespaces(where fits: @escaping @Sendable (_ name: String, _ auth: JSON) -> Bool) -> Namespace {
        self.parts.namespaces.addPattern(fits)
    }

    /// Ends every connection without a DISCONNECT packet, so that clients reconnect, and refuses new ones with 503. Sockets
    /// leave with the reason `server shutting down`.
    ///
    /// What clients had sent by then is still handled and answered: for a tenth of a second everything goes on, later
    /// events are dropped without an ack, and once no handler runs and no ``Ack`` is kept for later the connections are
    /// closed.
    ///
    /// Returns when all have been told and their handlers, those for leaving included, have ended. A WebSocket whose
    /// client does not answer takes about a second. There is no way back.
    ///
    /// - Parameter timeout: how long to wait for handlers after that. They are not cancelled. Default 5 s.
    public func shutdown(timeout: Duration = .seconds(5)) async {
        let deadline = ContinuousClock.now + timeout
        self.engine.refuseSessions()
        // What has reached this machine has to be read before it can be handled. Fails only if there is no time.
        try? await Task.sleep(for: min(.milliseconds(100), timeout))
        self.parts.activity.stopTakingEvents()
        await self.parts.activity.idle(within: deadline - .now)
        await self.engine.shutdown()
        await self.parts.activity.idle(within: deadline - .now)
    }
}

/// What the clients of a server share. A class: of the values in it each client would have a copy.
final class ServerParts: Sendable {
    let configuration: SocketIOConfiguration
    let namespaces: NamespaceTable
    let activity = HandlerActivity()
    let logger: Logger

    init(configuration: SocketIOConfiguration, namespaces: NamespaceTable, logger: Logger) {
        self.configuration = configuration
        self.namespaces = namespaces
        self.logger = logger
    }
}
