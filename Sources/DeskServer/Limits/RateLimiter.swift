import Desk
import EngineIO

/// What an event asks of the server.
enum EventKind {
    /// Something that is stored and that others are told of.
    case write
    /// Something small that does no harm if it is dropped: typing, read positions.
    case signal
    /// Something that is read.
    case query
}

/// Every limit of this server in one place. Thread-safe.
final class RateLimiter: Sendable {
    let addresses: ClientAddresses
    /// Requests over HTTP that change something.
    let posts: RateMeter<ClientAddress>
    /// New tickets.
    let tickets: RateMeter<ClientAddress>
    private let handshakes: RateMeter<ClientAddress>
    private let guestMessages: RateMeter<String>
    private let agentMessages: RateMeter<String>
    private let queries: RateMeter<SessionID>
    private let signals: RateMeter<SessionID>
    private let addressSockets: PlaceMeter<ClientAddress>
    private let guestSockets: PlaceMeter<String>
    private let agentSockets: PlaceMeter<String>

    /// - Parameters:
    ///   - limits: nil for none at all.
    ///   - elapsed: A clock that never goes back.
    init(_ limits: Limits?, addresses: ClientAddresses, elapsed: @escaping @Sendable () -> Duration) {
        self.addresses = addresses
        posts = RateMeter(limits?.posts, elapsed: elapsed)
        tickets = RateMeter(limits?.addressTickets, elapsed: elapsed)
        handshakes = RateMeter(limits?.handshakes, elapsed: elapsed)
        guestMessages = RateMeter(limits?.guestMessages, elapsed: elapsed)
        agentMessages = RateMeter(limits?.agentMessages, elapsed: elapsed)
        queries = RateMeter(limits?.queries, elapsed: elapsed)
        signals = RateMeter(limits?.signals, elapsed: elapsed)
        addressSockets = PlaceMeter(limits?.addressSockets)
        guestSockets = PlaceMeter(limits?.guestSockets)
        agentSockets = PlaceMeter(limits?.agentSockets)
    }

    /// Whether a new connection may be opened. Does not block.
    func admits(_ address: ClientAddress) -> Bool {
        (try? handshakes.take(address)) != nil
    }

    /// What a socket needs before it is known who it is. A login has places of its own, so that no crowd of guests
    /// keeps the agents behind the same address out. Entering is a query: a connection may leave and enter again.
    func enter(
        _ claim: Claim,
        from address: ClientAddress,
        on connection: SessionID
    ) throws(DeskError) -> [Place] {
        try queries.take(connection)
        return switch claim {
        case .guest: [try addressSockets.take(address)]
        case .login: []
        }
    }

    /// What it needs once it is known who it is.
    func enter(as principal: Principal) throws(DeskError) -> Place {
        try (principal.isAgent ? agentSockets : guestSockets).take(principal.userID)
    }

    func charge(_ kind: EventKind, to principal: Principal, on connection: SessionID) throws(DeskError) {
        switch kind {
        case .write: try (principal.isAgent ? agentMessages : guestMessages).take(principal.userID)
        case .signal: try signals.take(connection)
        case .query: try queries.take(connection)
        }
    }
}
