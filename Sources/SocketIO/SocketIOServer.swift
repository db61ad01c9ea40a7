public import EngineIO
public import Logging
import NIOCore
import Synchronization

/// A Socket.IO 5 server: namespaces with their handlers, and every socket of one process. Thread-safe.
///
/// ```swift
/// let io = SocketIOServer(logger: logger)
/// io.namespace("/").on("hello") { socket, event in
///     socket.emit("hello back", event.arguments)
///     event.ack?()
/// }
/// ```
///
/// It does not listen by itself: put it in front of an HTTP server (see `SocketIOHummingbird`), or hand accepted
/// connections to ``engine``.
public final class SocketIOServer: Sendable {
    /// What the server was made with.
    public let configuration: SocketIOConfiguration

    /// The transport below; takes accepted connections.
    public let engine: EngineServer

    let logger: Logger
    private let namespaces: NamespaceTable

    /// - Parameters:
    ///   - configuration: bounds and timings.
    ///   - logger: gets debug lines, and a warning when a handler's error can be told in no other way.
    public init(configuration: SocketIOConfiguration = .init(), logger: Logger) {
        let namespaces = NamespaceTable()
        self.configuration = configuration
        self.logger = logger
        self.namespaces = namespaces
        self.engine = EngineServer(configuration: configuration.engine, logger: logger) { connection in
            Client(connection, namespaces: namespaces, configuration: configuration, logger: logger)
        }
    }

    /// The namespace of that name, made if there is none yet. Clients can enter only namespaces that were made.
    ///
    /// - Parameter name: begins with `/`; the slash is added where it is missing.
    public func namespace(_ name: String = "/") -> Namespace {
        self.namespaces.namespace(name.hasPrefix("/") ? name : "/" + name)
    }

    /// Ends every connection without a DISCONNECT packet, so that clients reconnect, and refuses new ones.
    /// Returns when all have been told.
    public func shutdown() async {
        await self.engine.shutdown()
    }
}

/// The namespaces that clients can enter.
final class NamespaceTable: Sendable {
    private let table = Mutex<[String: Namespace]>([:])

    /// The namespace of that name, made if there is none yet.
    func namespace(_ name: String) -> Namespace {
        self.table.withLock { table in
            if let namespace = table[name] { return namespace }
            let namespace = Namespace(name: name)
            table[name] = namespace
            return namespace
        }
    }

    /// The namespace of that name, if it was made.
    func existing(_ name: String) -> Namespace? {
        self.table.withLock { $0[name] }
    }
}
