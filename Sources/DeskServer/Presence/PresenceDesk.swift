import Desk
import SocketIO
import Synchronization

/// Keeps the presence board and tells those concerned. Thread-safe.
final class PresenceDesk: Sendable {
    private let namespace: Namespace
    private let now: @Sendable () -> Timestamp
    private let board: Mutex<PresenceBoard>

    init(namespace: Namespace, grace: Duration, now: @escaping @Sendable () -> Timestamp) {
        self.namespace = namespace
        self.now = now
        self.board = Mutex(PresenceBoard(grace: grace))
    }

    /// Tells the others that somebody came, and that socket how things stand. It is in its rooms already,
    /// so that it misses nothing in between.
    func arrive(_ principal: Principal, on socket: Socket) {
        telling(except: socket.id) { board in
            let notices = board.arrive(principal, on: socket.id)
            for notice in board.state(for: principal) { socket.emit("presence", WireFormat.presence(notice)) }
            return notices
        }
    }

    func leave(_ principal: Principal, on socket: SocketID) {
        board.withLock { $0.leave(principal, on: socket, at: now()) }
    }

    /// An agent says that they are away, or back, by hand or by a page that nobody touches.
    ///
    /// - Returns: How things stand for the agent now.
    func set(isAway: Bool, isByHand: Bool, by principal: Principal, on socket: SocketID) -> PresenceBoard.Status {
        telling { board in
            isByHand
                ? board.setAway(isAway, by: principal, on: socket) : board.setIdle(isAway, by: principal, on: socket)
        }
        return status(of: principal.userID)
    }

    func status(of userID: String) -> PresenceBoard.Status {
        board.withLock { $0.status(of: userID) }
    }

    /// Whether any agent is here and not away.
    var isAnyAgentHere: Bool { board.withLock(\.isAnyAgentHere) }

    /// Something happened to a ticket, or its owner looked at it.
    func see(_ ticket: Ticket) {
        telling { $0.see(ticket) }
    }

    /// To be called now and then: says who has been away for long enough.
    func sweep() {
        telling { $0.sweep(at: now()) }
    }

    /// The notices are handed on under the lock: otherwise two of them could overtake each other, and
    /// somebody who is here would stay offline in the others' eyes. Handing on does not wait for anything.
    private func telling(
        except id: SocketID? = nil,
        _ change: (inout PresenceBoard) -> [PresenceBoard.Notice]
    ) {
        board.withLock { board in
            for notice in change(&board) {
                var listeners =
                    switch notice {
                    case .toAgents: namespace.to(Rooms.agents)
                    case .toGuests: namespace.to(Rooms.guests)
                    }
                if let id { listeners = listeners.except(id) }
                listeners.emit("presence", WireFormat.presence(notice))
            }
        }
    }
}
