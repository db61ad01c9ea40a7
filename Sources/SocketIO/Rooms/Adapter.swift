/// Carries what is meant for many sockets to wherever they are. The local adapter reaches those of this process; one
/// that reaches other servers of a cluster carries everything there and hands on to the local one. Thread-safe.
public protocol Adapter: Sendable {
    /// Sends an event to the sockets `target` means. Returns at once. Calls from one thread arrive in order.
    func broadcast(_ packet: EventPacket, to target: BroadcastTarget, _ flags: BroadcastFlags)

    /// Sends an event to the sockets `target` means and collects their answers until all have come or `timeout` passed.
    func broadcastWithAck(_ packet: EventPacket, to target: BroadcastTarget, timeout: Duration) async
        -> BroadcastAnswers

    /// The sockets `target` means, on whatever server.
    func fetchSockets(_ target: BroadcastTarget) async -> [RemoteSocket]

    /// Makes the sockets `target` means enter rooms.
    func join(_ rooms: [Room], _ target: BroadcastTarget) async

    /// Makes the sockets `target` means leave rooms.
    func leave(_ rooms: [Room], _ target: BroadcastTarget) async

    /// Makes the sockets `target` means leave the namespace.
    func disconnect(_ target: BroadcastTarget, closeConnection: Bool)

    /// Sends an event to the other servers.
    func serverSideEmit(_ packet: EventPacket)

    /// Sends an event to the other servers and collects their answers until all have come or `timeout` passed.
    func serverSideEmitWithAck(_ packet: EventPacket, timeout: Duration) async -> BroadcastAnswers
}

/// Makes the adapter of a namespace around its local one.
public typealias AdapterFactory = @Sendable (LocalAdapter) -> any Adapter
