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
            let notices = board.arrive(principal)
            for notice in board.state(for: principal) { socket.emit("presence", WireFormat.presence(notice)) }
            return notices
        }
    }

    func leave(_ principal: Principal) {
        board.withLock { $0.leave(principal, at: now()) }
    }

    /// What guests hear of the agents.
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
