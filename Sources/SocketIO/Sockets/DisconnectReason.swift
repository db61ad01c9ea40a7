public import EngineIO

/// Why a socket left, by the official names.
public struct DisconnectReason: Hashable, Sendable, CustomStringConvertible {
    /// The official name, such as `transport close`.
    public let description: String

    /// The client left this namespace.
    public static let clientNamespaceDisconnect = Self(description: "client namespace disconnect")
    /// The server's application made it leave.
    public static let serverNamespaceDisconnect = Self(description: "server namespace disconnect")

    /// The connection below ended.
    public init(_ reason: CloseReason) {
        self.init(description: reason.description)
    }

    private init(description: String) {
        self.description = description
    }
}
