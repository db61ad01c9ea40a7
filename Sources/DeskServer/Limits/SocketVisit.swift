import Desk

/// Kept with a socket from CONNECT to its end.
struct SocketVisit: Sendable {
    let address: ClientAddress
    /// Free again when the socket is gone.
    let places: [Place]
}
