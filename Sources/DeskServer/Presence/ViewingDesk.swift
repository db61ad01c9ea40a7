import Desk
import SocketIO
import Synchronization

/// Keeps the viewing board and tells the other agents in a ticket. Thread-safe.
///
/// Of several nodes each keeps a board with all looks on it, and tells its own sockets. What is lost between them is
/// made up for by the pages, which repeat what they do, and by time.
final class ViewingDesk: Sendable {
    private static let event = "viewing"
    private static let end = "viewing:end"

    private let namespace: Namespace
    /// Whether there are no other nodes.
    private let isAlone: Bool
    private let now: @Sendable () -> Timestamp
    private let board = Mutex(ViewingBoard())

    init(namespace: Namespace, isAlone: Bool, now: @escaping @Sendable () -> Timestamp) {
        self.namespace = namespace
        self.isAlone = isAlone
        self.now = now
        guard !isAlone else { return }
        namespace.onServerSide(Self.event) { [weak self] arguments in
            self?.hear(arguments)
            return []
        }
        namespace.onServerSide(Self.end) { [weak self] arguments in
            guard let id = arguments.first?.string else { return [] }
            self?.telling { $0.leave(SocketID(rawValue: id)) }
            return []
        }
    }

    func view(_ ticket: Ticket.ID, _ state: ViewingBoard.State, by principal: Principal, on socket: Socket) {
        telling { board in
            if !isAlone {
                let look = ViewingBoard.Notice(
                    ticketID: ticket,
                    userID: principal.userID,
                    name: principal.name,
                    state: state
                )
                namespace.serverSideEmit(Self.event, WireFormat.viewing(look), JSON(socket.id.rawValue))
            }
            return board.view(ticket, state, by: principal, on: socket.id, at: now())
        }
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
        telling { $0.ticket(of: socket) == ticket ? end(socket, on: &$0) : [] }
    }

    /// The socket is gone.
    func leave(_ socket: SocketID) {
        telling { $0.ticket(of: socket) != nil ? end(socket, on: &$0) : [] }
    }

    /// To be called now and then: says who has not been heard of for long enough.
    func sweep() {
        telling { $0.sweep(at: now()) }
    }

    private func end(_ socket: SocketID, on board: inout ViewingBoard) -> [ViewingBoard.Notice] {
        if !isAlone { namespace.serverSideEmit(Self.end, JSON(socket.rawValue)) }
        return board.leave(socket)
    }

    /// An agent looks at a ticket on another node.
    private func hear(_ arguments: [JSON]) {
        guard arguments.count == 2, let look = arguments[0].object, let socket = arguments[1].string,
            let ticket = look["ticketId"]?.string, let userID = look["userId"]?.string,
            let name = look["name"]?.string,
            let state = look["state"]?.string.flatMap(ViewingBoard.State.init(rawValue:))
        else { return }
        let principal = Principal.agent(Account.ID(rawValue: userID), name: name, role: .agent)
        telling {
            $0.view(
                Ticket.ID(rawValue: ticket),
                state,
                by: principal,
                on: SocketID(rawValue: socket),
                at: now()
            )
        }
    }

    /// Under the lock, as in ``PresenceDesk``: what comes first is told first.
    private func telling(_ change: (inout ViewingBoard) -> [ViewingBoard.Notice]) {
        board.withLock { board in
            for notice in change(&board) {
                let others = namespace.to(Rooms.ticketAgents(notice.ticketID)).except(Rooms.user(notice.userID))
                others.local.emit("ticket:viewing", WireFormat.viewing(notice))
            }
        }
    }
}
