import Desk

/// Kept with a socket from CONNECT to its end.
struct SocketVisit: Sendable {
    let address: ClientAddress
    /// From whose pages a guest comes.
    let site: Site.ID
    /// Of an agent.
    let login: LoginSession.ID?
    /// Free again when the socket is gone.
    let places: [Place]
}
