/// Why an Engine.IO session ended, in the words of the reference server.
///
/// ``EngineConnectionDelegate/closed(_:)`` gets it. Of the reasons below an application gives ``forcedClose``; the
/// others come from the library. The set may grow.
public struct CloseReason: Sendable, Hashable, CustomStringConvertible {
    /// The official name, as Socket.IO hands it to disconnect listeners.
    public let description: String

    /// The client did not answer a ping within ``EngineConfiguration/pingTimeout`` (engine.io-protocol 4, "Heartbeat").
    public static let pingTimeout = Self(description: "ping timeout")
    /// The client closed the connection, sent a close packet, or gave up a poll that was pending.
    public static let transportClose = Self(description: "transport close")
    /// The connection failed, or the client broke the transport's rules: it polled twice at a time, sent a ping, which
    /// since protocol 4 is the server's part, or WebSocket frames that RFC 6455 forbids.
    public static let transportError = Self(description: "transport error")
    /// The client sent something that is no packet. A WebSocket is closed with 1002 (RFC 6455 §7.4.1).
    public static let parseError = Self(description: "parse error")
    /// The server's application closed the session. A WebSocket is closed with 1000.
    public static let forcedClose = Self(description: "forced server close")
    /// The server is stopping (``EngineServer/shutdown()``). A WebSocket is closed with 1001. Official clients
    /// reconnect after it.
    public static let shuttingDown = Self(description: "server shutting down")
    /// The client let more data pile up than ``EngineConfiguration/maxBufferedBytes``, or more than an application
    /// above takes in. A WebSocket is closed with 1008 where the client can still be told.
    public static let bufferOverflow = Self(description: "buffer overflow")

    /// The status a WebSocket is closed with (RFC 6455 §7.4.1).
    var webSocketCode: WebSocketCloseCode {
        switch self {
        case .parseError: .protocolError
        case .shuttingDown: .goingAway
        case .bufferOverflow: .policyViolation
        default: .normal
        }
    }
}
