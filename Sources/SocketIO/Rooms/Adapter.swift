/// Carries what is meant for many sockets of one namespace to wherever they are. The local adapter reaches those of this
/// process; one that reaches other servers of a cluster carries everything there and hands on to the local one.
///
/// Every requirement may be called from any thread. None throws: an adapter that cannot reach another server says so in
/// its own log, and answers with what it has.
public protocol Adapter: Sendable {
    /// Sends an event to the sockets `target` means. Returns at once. Calls from one thread arrive in order.
    ///
    /// - Parameters:
    ///   - packet: the event.
    ///   - target: whom it is for.
    ///   - flags: how it is sent. ``BroadcastFlags/isLocal`` was handled already.
    func broadcast(_ packet: EventPacket, to target: BroadcastTarget, _ flags: BroadcastFlags)

    /// Sends an event to the sockets `target` means and collects their answers until all have come or `timeout` passed.
    ///
    /// - Parameters:
    ///   - packet: the event.
    ///   - target: whom it is for.
    ///   - timeout: how long to wait.
    /// - Returns: the answers, and how many sockets left or owe theirs.
    func broadcastWithAck(_ packet: EventPacket, to target: BroadcastTarget, timeout: Duration) async
        -> BroadcastAnswers

    /// The sockets `target` means, on whatever server.
    ///
    /// - Parameter target: who is meant.
    func fetchSockets(_ target: BroadcastTarget) async -> [RemoteSocket]

    /// Makes the sockets `target` means enter rooms. Those of this process have entered when it returns.
    ///
    /// - Parameters:
    ///   - rooms: the rooms' names.
    ///   - target: who is meant.
    func join(_ rooms: [Room], _ target: BroadcastTarget) async

    /// Makes the sockets `target` means leave rooms. Those of this process have left when it returns.
    ///
    /// - Parameters:
    ///   - rooms: the rooms' names.
    ///   - target: who is meant.
    func leave(_ rooms: [Room], _ target: BroadcastTarget) async

    /// Makes the sockets `target` means leave the namespace. Returns at once.
    ///
    /// - Parameters:
    ///   - target: who is meant.
    ///   - closeConnection: also closes their connections with all other namespaces.
    func disconnect(_ target: BroadcastTarget, closeConnection: Bool)

    /// Sends an event to the other servers, not to their clients. Returns at once.
    ///
    /// - Parameter packet: the event; it has no attachments.
    func serverSideEmit(_ packet: EventPacket)

    /// Sends an event to the other servers and collects their answers until all have come or `timeout` passed.
    ///
    /// - Parameters:
    ///   - packet: the event; it has no attachments.
    ///   - timeout: how long to wait.
    /// - Returns: the answers, and how many servers owe theirs.
    func serverSideEmitWithAck(_ packet: EventPacket, timeout: Duration) async -> BroadcastAnswers
}

/// Makes the adapter of a namespace around its local one. Called once for each namespace that is made, under a lock: it
/// must not block, and not ask the server for a namespace.
public typealias AdapterFactory = @Sendable (LocalAdapter) -> any Adapter
