/// Why an Engine.IO session ended, in the words of the reference server.
public struct CloseReason: Sendable, Hashable, CustomStringConvertible {
    /// The official name, as Socket.IO hands it to disconnect listeners.
    public let description: String

    /// The client did not answer a ping in time.
    public static let pingTimeout = Self(description: "ping timeout")
    /// The client closed the connection, or sent a close packet.
    public static let transportClose = Self(description: "transport close")
    /// The connection failed, or the client broke the transport's rules.
    public static let transportError = Self(description: "transport error")
    /// The client sent something that is no packet.
    public static let parseError = Self(description: "parse error")
    /// The server's application closed the session.
    public static let forcedClose = Self(description: "forced server close")
    /// The server is stopping. Official clients reconnect after it.
    public static let shuttingDown = Self(description: "server shutting down")
    /// The client let more data pile up than ``EngineConfiguration/maxBufferedBytes``.
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
