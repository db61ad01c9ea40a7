public import EngineIO

/// Why a socket left, by the official names: the two below, and those of the connection's end, such as `transport close`
/// or `ping timeout` (`EngineIO.CloseReason`). The set may grow.
public struct DisconnectReason: Hashable, Sendable, CustomStringConvertible {
    /// The official name, such as `transport close`.
    public let description: String

    /// The client left this namespace, and may have others.
    public static let clientNamespaceDisconnect = Self(description: "client namespace disconnect")
    /// The server's application made it leave (``Socket/disconnect(closeConnection:)``).
    public static let serverNamespaceDisconnect = Self(description: "server namespace disconnect")

    /// The connection below ended.
    ///
    /// - Parameter reason: gives its name.
    public init(_ reason: CloseReason) {
        self.init(description: reason.description)
    }

    private init(description: String) {
        self.description = description
    }
}
