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
    /// Whether other nodes count as well, and have to be asked. One alone waits for nobody.
    let isShared: Bool
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
    ///   - shared: What all nodes count together. Default: there are no others.
    ///   - elapsed: A clock that never goes back.
    init(
        _ limits: Limits?,
        addresses: ClientAddresses,
        shared: (any SharedLimits)? = nil,
        elapsed: @escaping @Sendable () -> Duration
    ) {
        self.addresses = addresses
        self.isShared = shared != nil && limits != nil
        posts = RateMeter(limits?.posts, "posts", shared: shared, elapsed: elapsed)
        tickets = RateMeter(limits?.addressTickets, "address-tickets", shared: shared, elapsed: elapsed)
        handshakes = RateMeter(limits?.handshakes, "handshakes", shared: shared, elapsed: elapsed)
        guestMessages = RateMeter(limits?.guestMessages, "guest-messages", shared: shared, elapsed: elapsed)
        agentMessages = RateMeter(limits?.agentMessages, "agent-messages", shared: shared, elapsed: elapsed)
        queries = RateMeter(limits?.queries, "queries", elapsed: elapsed)
        signals = RateMeter(limits?.signals, "signals", elapsed: elapsed)
        addressSockets = PlaceMeter(limits?.addressSockets)
        guestSockets = PlaceMeter(limits?.guestSockets)
        agentSockets = PlaceMeter(limits?.agentSockets)
    }

    /// Whether a new connection may be opened. Does not block.
    func admits(_ address: ClientAddress) -> Bool {
        (try? handshakes.take(address)) != nil
    }

    /// The same among all nodes, once there is time to ask them.
    func admitShared(_ address: ClientAddress) async throws(DeskError) {
        if isShared { try await handshakes.takeShared(address) }
    }

    /// What a socket needs before it is known who it is. A login has places of its own, so that no crowd of guests
    /// keeps the agents behind the same address out. Entering is a query: a connection may leave and enter again.
    ///
    /// - Parameter elsewhere: How many sockets of guests from there other nodes have.
    func enter(
        _ claim: Claim,
        from address: ClientAddress,
        elsewhere: Int = 0,
        on connection: SessionID
    ) throws(DeskError) -> [Place] {
        try queries.take(connection)
        return switch claim {
        case .guest: [try addressSockets.take(address, elsewhere: elsewhere)]
        case .login: []
        }
    }

    /// What it needs once it is known who it is.
    ///
    /// - Parameter elsewhere: How many sockets of theirs other nodes have.
    func enter(as principal: Principal, elsewhere: Int = 0) throws(DeskError) -> Place {
        try (principal.isAgent ? agentSockets : guestSockets).take(principal.userID, elsewhere: elsewhere)
    }

    func charge(_ kind: EventKind, to principal: Principal, on connection: SessionID) throws(DeskError) {
        switch kind {
        case .write: try (principal.isAgent ? agentMessages : guestMessages).take(principal.userID)
        case .signal: try signals.take(connection)
        case .query: try queries.take(connection)
        }
    }

    /// What was charged here and counts over all nodes; the rest is for one connection.
    func chargeShared(_ kind: EventKind, to principal: Principal) async throws(DeskError) {
        guard kind == .write else { return }
        try await (principal.isAgent ? agentMessages : guestMessages).takeShared(principal.userID)
    }
}
