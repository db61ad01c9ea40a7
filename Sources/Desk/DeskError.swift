/// Everything the desk can refuse. Each case is one error code of the wire.
package enum DeskError: Error, Equatable, Sendable {
    /// A field breaks a rule; `field` is its name on the wire.
    case invalid(field: String)
    /// Nobody known stands behind the request: no such login session, or one that has ended.
    case unauthorized
    /// The role may not do this, whatever the ticket.
    case forbidden
    /// There is no such thing, or none that the caller may know of; the two look the same.
    case notFound
    /// The ticket is closed.
    case closed
    /// Somebody else was first: another version, a taken username, the last admin.
    case conflict
    case rateLimited(retryAfter: Duration)
    case tooLarge
    /// The store could not do it now. Nothing is known to be stored; a retry with the same
    /// ``ClientID`` is harmless.
    case unavailable
}
