import Desk
import EngineIO
import SocketIO
import Synchronization

/// Keeps the presence board and tells those concerned. Thread-safe.
///
/// Of several nodes each keeps a board with everybody on it, tells the others what happens on itself, and its own
/// sockets what changes on its board.
final class PresenceDesk: Sendable {
    private static let event = "presence"
    private static let question = "presence:all"

    private struct State {
        var board: PresenceBoard
        var nodes: NodeTable
        /// How many changes the other nodes were told.
        var told = 0
        var beatsAt = ContinuousClock.now
    }

    private let namespace: Namespace
    private let now: @Sendable () -> Timestamp
    /// Its name among the nodes; nil if there are no others.
    private let node: String?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - node: This node's name among others. Default: there are none.
    ///   - patience: Another node that has not been heard of for so long is gone, and whoever was there with it.
    init(
        namespace: Namespace,
        grace: Duration,
        node: String? = nil,
        patience: Duration,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.namespace = namespace
        self.now = now
        self.node = node
        self.state = Mutex(State(board: PresenceBoard(grace: grace), nodes: NodeTable(patience: patience)))
        guard let node else { return }
        namespace.onServerSide(Self.event) { [weak self] arguments in
            if let message = arguments.first?.object { self?.hear(message) }
            return []
        }
        namespace.onServerSide(Self.question) { [weak self] arguments in
            if arguments.first?.string == node { self?.tellAll() }
            return []
        }
    }

    /// Tells the others that somebody came, and that socket how things stand. It is in its rooms already,
    /// so that it misses nothing in between.
    ///
    /// - Parameter address: Where a guest comes from.
    func arrive(_ principal: Principal, on socket: Socket, from address: ClientAddress?) {
        // Nobody but another node asks for it.
        let address = node == nil ? nil : address?.description
        state.withLock { state in
            let notices = note(.arrive(principal, socket.id, isIdle: false, from: address), in: &state)
            // For an agent that is everybody: handed over in one piece, and still under the lock.
            LoopBatch.collect {
                for notice in state.board.state(for: principal) {
                    socket.emit("presence", WireFormat.presence(notice))
                }
            }
            tell(notices, except: socket.id)
        }
    }

    func leave(_ principal: Principal, on socket: SocketID) {
        note(.leave(principal, socket))
    }

    /// An agent says that they are away, or back, by hand or by a page that nobody touches.
    ///
    /// - Returns: How things stand for the agent now.
    func set(isAway: Bool, isByHand: Bool, by principal: Principal, on socket: SocketID) -> PresenceBoard.Status {
        note(isByHand ? .away(principal, socket, isAway) : .idle(principal, socket, isAway))
        return status(of: principal.userID)
    }

    func status(of userID: String) -> PresenceBoard.Status {
        state.withLock { $0.board.status(of: userID) }
    }

    /// How many sockets of theirs other nodes have.
    func socketsElsewhere(of userID: String) -> Int {
        node == nil ? 0 : state.withLock { $0.board.socketsElsewhere(of: userID) }
    }

    /// How many guests' sockets from that address other nodes have.
    func socketsElsewhere(from address: ClientAddress) -> Int {
        node == nil ? 0 : state.withLock { $0.board.socketsElsewhere(from: address.description) }
    }

    /// Whether any agent is here and not away.
    var isAnyAgentHere: Bool { state.withLock(\.board.isAnyAgentHere) }

    /// Something happened to a ticket, or its owner looked at it.
    func see(_ ticket: Ticket) {
        note(.ticket(ticket.id, of: ticket.customerID, isOpen: ticket.status == .open))
    }

    /// To be called now and then: says who has been away for long enough, and to the other nodes that this one lives.
    func sweep() {
        state.withLock { state in
            let moment = ContinuousClock.now
            let gone = state.nodes.gone(at: moment)
            for node in gone { state.board.end(node, at: now()) }
            tell(state.board.sweep(at: now()))
            // What it had stored and not told yet is missing.
            if !gone.isEmpty { namespace.everyone.local.emit("resync", .emptyObject) }
            guard node != nil, state.beatsAt <= moment else { return }
            state.beatsAt = moment + state.nodes.patience / 5
            send([], .heartbeat, number: state.told)
        }
    }

    /// The notices are handed on under the lock: otherwise two of them could overtake each other, and
    /// somebody who is here would stay offline in the others' eyes. Handing on does not wait for anything.
    private func note(_ change: PresenceChange) {
        state.withLock { state in tell(note(change, in: &state)) }
    }

    private func note(_ change: PresenceChange, in state: inout State) -> [PresenceBoard.Notice] {
        guard state.board.isNews(change) else { return [] }
        if node != nil {
            state.told += 1
            send([change], .change, number: state.told)
        }
        return state.board.apply(change, at: now())
    }

    /// Every node tells its own sockets.
    private func tell(_ notices: [PresenceBoard.Notice], except id: SocketID? = nil) {
        for notice in notices {
            var listeners =
                switch notice {
                case .toAgents: namespace.to(Rooms.agents)
                case .toGuests: namespace.to(Rooms.guests)
                }
            if let id { listeners = listeners.except(id) }
            listeners.local.emit("presence", WireFormat.presence(notice))
        }
        if !notices.isEmpty { LoopBatch.handOver() }
    }

    // MARK: - Between nodes

    private func send(_ changes: [PresenceChange], _ content: NodeTable.Content, number: Int) {
        namespace.serverSideEmit(
            Self.event,
            JSON.object { fields in
                fields.field("node", node)
                fields.field("number", number)
                fields.field("isWhole", content == .whole)
                fields.field("changes", changes.map(\.json))
            }
        )
    }

    private func tellAll() {
        state.withLock { state in send(state.board.own, .whole, number: state.told) }
    }

    private func hear(_ message: JSONObject) {
        guard let sender = message["node"]?.string, sender != node, let number = message["number"]?.int else { return }
        let changes = (message["changes"]?.array ?? []).compactMap { PresenceChange($0) }
        let isWhole = message["isWhole"]?.bool == true
        let content: NodeTable.Content = isWhole ? .whole : changes.isEmpty ? .heartbeat : .change
        state.withLock { state in
            if state.nodes.hear(content, number, from: sender, at: .now) {
                namespace.serverSideEmit(Self.question, JSON(sender))
            }
            if isWhole { state.board.end(sender, but: changes, at: now()) }
            for change in changes { tell(state.board.apply(change, of: sender, at: now())) }
        }
    }
}
