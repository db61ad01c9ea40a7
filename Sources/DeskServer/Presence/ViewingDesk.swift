import Desk
import SocketIO
import Synchronization

/// Keeps the viewing board and tells the other agents in a ticket. Thread-safe.
final class ViewingDesk: Sendable {
    private let namespace: Namespace
    private let now: @Sendable () -> Timestamp
    private let board = Mutex(ViewingBoard())

    init(namespace: Namespace, now: @escaping @Sendable () -> Timestamp) {
        self.namespace = namespace
        self.now = now
    }

    func view(_ ticket: Ticket.ID, _ state: ViewingBoard.State, by principal: Principal, on socket: Socket) {
        telling { $0.view(ticket, state, by: principal, on: socket.id, at: now()) }
    }

    /// Tells a socket that has joined a ticket who is there already.
    func welcome(_ socket: Socket, _ principal: Principal, to ticket: Ticket.ID) {
        board.withLock { board in
            for notice in board.state(of: ticket, for: principal.userID) {
                socket.emit("ticket:viewing", WireFormat.viewing(notice))
            }
        }
    }

    func leave(_ ticket: Ticket.ID, on socket: SocketID) {
        telling { $0.leave(ticket, on: socket) }
    }

    /// The socket is gone.
    func leave(_ socket: SocketID) {
        telling { $0.leave(socket) }
    }

    /// To be called now and then: says who has not been heard of for long enough.
    func sweep() {
        telling { $0.sweep(at: now()) }
    }

    /// Under the lock, as in ``PresenceDesk``: what comes first is told first.
    private func telling(_ change: (inout ViewingBoard) -> [ViewingBoard.Notice]) {
        board.withLock { board in
            for notice in change(&board) {
                let others = namespace.to(Rooms.ticketAgents(notice.ticketID)).except(Rooms.user(notice.userID))
                others.emit("ticket:viewing", WireFormat.viewing(notice))
            }
        }
    }
}
