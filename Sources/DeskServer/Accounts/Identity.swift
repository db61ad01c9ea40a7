import Desk

/// Who a socket is: decided once, at connect, and kept until it is told.
struct Identity: Sendable {
    let principal: Principal
    /// The login behind it; nil for guests.
    var login: Login?
    /// From whose pages a guest comes.
    var site = Site.ID.default
    /// Whether there may be tickets of theirs: not of a guest whom nobody has seen before.
    var isKnown = true
    /// For a guest who is new, or has become another one: what makes it the same one tomorrow.
    var guestToken: String?
    /// What is known of a guest: as stored, or else as the site's page says.
    var details: GuestDetails?
}
