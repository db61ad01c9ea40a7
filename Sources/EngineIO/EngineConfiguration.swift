/// What an Engine.IO server offers and where its bounds lie. Defaults are those of the reference server.
public struct EngineConfiguration: Sendable {
    /// Path of every Engine.IO request. The trailing slash is part of it. Default `/socket.io/`.
    public var path = "/socket.io/"

    /// Time between two pings of the server. Default 25 s.
    public var pingInterval: Duration = .milliseconds(25_000)

    /// Time a client has to answer a ping before its session ends. Default 20 s.
    public var pingTimeout: Duration = .milliseconds(20_000)

    /// Time between attaching a WebSocket to a polling session and the `5` that completes the upgrade. Default 10 s.
    public var upgradeTimeout: Duration = .milliseconds(10_000)

    /// Largest message and largest polling request body accepted, in bytes. Default 1,000,000.
    public var maxPayload = 1_000_000

    /// Bytes that may wait to be written to one client. A client that lets more pile up is disconnected,
    /// never waited for. Default 1 MiB.
    public var maxBufferedBytes = 1 << 20

    /// Transports a session may be opened with. Default both.
    public var transports: Set<Transport> = [.polling, .webSocket]

    /// Whether a polling session may move to a WebSocket. Default true.
    public var allowsUpgrades = true

    /// Which browser origins may talk to the server. Default: only the server's own.
    public var origins = OriginPolicy()

    /// Asked for each new session, after the origin was accepted; false answers 403. Runs on the connection's
    /// event loop and must not block. Default: everybody.
    public var admits: @Sendable (HandshakeRequest) -> Bool = { _ in true }

    /// Time a client has to send the head of a request, to send the body after it, and to take some of the answer.
    /// Default 20 s.
    public var requestTimeout: Duration = .seconds(20)

    /// Time an HTTP connection without a request is kept. Default 65 s.
    public var keepAliveTimeout: Duration = .seconds(65)

    /// Time that requests in progress have when the server stops. Default 5 s.
    public var shutdownTimeout: Duration = .seconds(5)

    /// Time a client has to complete a fragmented or large WebSocket message. Default 60 s.
    public var messageTimeout: Duration = .seconds(60)

    /// The reference server's defaults.
    public init() {}
}

/// The ways an Engine.IO session moves its packets.
public enum Transport: String, Sendable, Hashable {
    /// HTTP long-polling.
    case polling
    /// RFC 6455.
    case webSocket = "websocket"
}

extension Duration {
    /// The duration in whole milliseconds, as the wire states times.
    var wholeMilliseconds: Int64 {
        self.components.seconds * 1000 + self.components.attoseconds / 1_000_000_000_000_000
    }
}
