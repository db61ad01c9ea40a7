/// What an Engine.IO server offers and where its bounds lie. Where the reference server has the setting, the default is
/// the same. A server reads it once, when it is made.
///
/// ```swift
/// var configuration = EngineConfiguration()
/// configuration.maxPayload = 100_000
/// configuration.origins = OriginPolicy(allowed: ["https://www.example.com"])
/// ```
///
/// Times are kept by a sweep on each event loop: what is due happens up to a hundredth of the shorter heartbeat time
/// late, and at most 0.1 s.
public struct EngineConfiguration: Sendable {
    /// Path of every Engine.IO request, compared byte for byte. The trailing slash is part of it. Default `/socket.io/`.
    public var path = "/socket.io/"

    /// Time from a client's pong, or from the handshake, to the next ping of the server (engine.io-protocol 4,
    /// "Heartbeat"). Clients learn it, in milliseconds, in the handshake. Default 25 s.
    public var pingInterval: Duration = .milliseconds(25_000)

    /// Time a client has to answer a ping before its session ends with ``CloseReason/pingTimeout``. Clients learn it, in
    /// milliseconds, in the handshake. Default 20 s.
    public var pingTimeout: Duration = .milliseconds(20_000)

    /// Time between attaching a WebSocket to a polling session and the `5` that completes the upgrade
    /// (engine.io-protocol 4, "Upgrade"). After it that WebSocket is closed, and polling goes on. Default 10 s.
    public var upgradeTimeout: Duration = .milliseconds(10_000)

    /// Largest message and largest polling request body accepted, in bytes. A longer message closes the WebSocket with
    /// 1009 before memory is taken for it; a longer body gets 413 and the session goes on. Clients learn it in the
    /// handshake. Default 1,000,000.
    public var maxPayload = 1_000_000

    /// Bytes that may wait to be written to one client. A client that lets more pile up is disconnected with
    /// ``CloseReason/bufferOverflow``, never waited for. Default 1 MiB.
    public var maxBufferedBytes = 1 << 20

    /// Transports a session may be opened with; others get 400, "Transport unknown". Default both.
    public var transports: Set<Transport> = [.polling, .webSocket]

    /// Whether a polling session may move to a WebSocket. The handshake offers it only if ``transports`` has WebSocket
    /// too. Default true.
    public var allowsUpgrades = true

    /// Which browser origins may talk to the server; others get 403, for each request of a session. Default: only the
    /// server's own.
    public var origins = OriginPolicy()

    /// Asked for each new session, after its origin and version were accepted; false answers 403. Runs on the connection's
    /// event loop and must not block: what needs to wait, such as a look into a database, belongs above, into Socket.IO's
    /// middleware. Default: everybody.
    public var admits: @Sendable (HandshakeRequest) -> Bool = { _ in true }

    /// Time a client has to send the head of a request, to send the body after it, and to take some of the answer; then
    /// its connection is closed. A pending poll and an application that thinks are not bound by it. Default 20 s.
    public var requestTimeout: Duration = .seconds(20)

    /// Time an HTTP connection is kept after an answer when no request follows. Default 65 s.
    public var keepAliveTimeout: Duration = .seconds(65)

    /// Time that requests in progress, those of the ``HTTPFallback`` included, have when the server stops. Default 5 s.
    public var shutdownTimeout: Duration = .seconds(5)

    /// Time a client has to complete a WebSocket message once it has begun one. After it the connection is closed with
    /// 1008, and the session with ``CloseReason/transportError``. Default 60 s.
    public var messageTimeout: Duration = .seconds(60)

    /// Everything at its default.
    public init() {}

    /// Whether a request's target is Engine.IO's: its path is exactly ``path``.
    func isOurs(_ target: String) -> Bool {
        target.utf8.prefix { $0 != UInt8(ascii: "?") }.elementsEqual(self.path.utf8)
    }
}

/// The ways an Engine.IO session moves its packets.
public enum Transport: String, Sendable, Hashable {
    /// HTTP long-polling: a GET that waits for packets, a POST for each batch from the client.
    case polling
    /// WebSocket, version 13 (RFC 6455), without extensions.
    case webSocket = "websocket"
}

extension Duration {
    /// The duration in whole milliseconds, as the wire states times.
    var wholeMilliseconds: Int64 {
        self.components.seconds * 1000 + self.components.attoseconds / 1_000_000_000_000_000
    }
}
