public import EngineIO
public import NIOCore

/// What a Socket.IO server offers and where its bounds lie. Where the reference server has the setting, the default is
/// the same. A server reads it once, when it is made.
///
/// ```swift
/// var configuration = SocketIOConfiguration()
/// configuration.engine.maxPayload = 100_000
/// configuration.maxInboxBytes = 256 * 1024
/// let io = SocketIOServer(configuration: configuration, logger: logger)
/// ```
public struct SocketIOConfiguration: Sendable {
    /// The transport below: path, heartbeat, size of messages, origins.
    public var engine = EngineConfiguration()

    /// Time a new connection has to enter its first namespace, middleware included; then it is closed. Default 45 s.
    public var connectTimeout: Duration = .milliseconds(45_000)

    /// Binary attachments one packet may announce; a client that announces more is disconnected with `parse error`.
    /// Together they may weigh no more than ``maxInboxBytes``. Default 10.
    public var maxAttachments = 10

    /// Bytes of received events that may wait for, or be with, the handlers of one connection's sockets, each counted with
    /// what it takes in memory, at least 256; a client that lets more pile up is disconnected with `buffer overflow`. An
    /// event larger than this is never taken. What a connection's sockets were opened with has a bound of its own, as
    /// large but at least 1 MiB: some thousand namespaces, fewer with long `auth`. Default 1 MiB.
    public var maxInboxBytes = 1 << 20

    /// Whether middleware and handlers run on their socket's event loop, in place of Swift's thread pool. They may wait as
    /// before, but while one computes or blocks, nothing else happens on that loop: see `EventLoopTaskExecutor`. Where
    /// they are short it is faster, above all when many clients come and go. Default false.
    public var runsHandlersOnEventLoop = false

    /// Told of each broadcast that reached sockets of an event loop, once it was written to their connections: the event's
    /// name, and the time since it was sent. Runs on that loop and must not block. Default: nobody.
    public var onBroadcast: (@Sendable (_ event: String, _ time: TimeAmount) -> Void)?

    /// Everything at its default.
    public init() {}
}
