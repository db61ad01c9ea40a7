public import EngineIO

/// What a Socket.IO server offers and where its bounds lie. Defaults are those of the reference server.
public struct SocketIOConfiguration: Sendable {
    /// The transport below.
    public var engine = EngineConfiguration()

    /// Time a new connection has to enter a namespace; then it is closed. Default 45 s.
    public var connectTimeout: Duration = .milliseconds(45_000)

    /// Binary attachments one packet may announce. Default 10.
    public var maxAttachments = 10

    /// Bytes of received events that may wait for a socket's handlers; a socket that lets more pile up is
    /// disconnected. Default 1 MiB.
    public var maxInboxBytes = 1 << 20

    /// The reference server's defaults.
    public init() {}
}
