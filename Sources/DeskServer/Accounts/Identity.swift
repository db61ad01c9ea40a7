import Desk

/// Who a socket is: decided once, at connect, and kept with it.
struct Identity: Sendable {
    let principal: Principal
    /// The login behind it; nil for guests.
    let login: Login?
    /// For a new guest: what makes it the same one tomorrow.
    let guestToken: String?
}
