/// Refuses a socket. Thrown by middleware; the client gets it as a CONNECT_ERROR packet (socket.io-protocol 5,
/// "Connection to a namespace") and stays connected to its other namespaces. Official clients do not try again by
/// themselves.
public struct ConnectError: Error, Sendable, Equatable {
    /// What the client's `connect_error` listener reads as `message`.
    public let message: String
    /// What it reads as `data`, if anything.
    public let data: JSON?

    /// An error for the client.
    ///
    /// - Parameters:
    ///   - message: goes to the client as it is.
    ///   - data: details for the client. Default none.
    public init(message: String, data: JSON? = nil) {
        self.message = message
        self.data = data
    }

    /// A namespace that does not exist.
    static let invalidNamespace = ConnectError(message: "Invalid namespace")
}
