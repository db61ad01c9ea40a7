import Desk
import SocketIO

/// Which agents look at which ticket, and what they do there: a pure value that says what to tell the others.
struct ViewingBoard {
    enum State: String {
        case reading, writing, noting, none
    }

    struct Notice: Equatable {
        var ticketID: Ticket.ID
        var userID: String
        var name: String
        var state: State
    }

    /// Who says nothing more for so long is not there any more.
    static let patience = Duration.seconds(30)

    private struct Look {
        var notice: Notice
        var until: Timestamp
    }

    /// One socket looks at one ticket at a time; of one that said more, the last counts.
    private var looks: [SocketID: Look] = [:]

    /// - Returns: What the others in the ticket hear, and those in the one that was left.
    mutating func view(
        _ ticket: Ticket.ID,
        _ state: State,
        by principal: Principal,
        on socket: SocketID,
        at now: Timestamp
    ) -> [Notice] {
        let before = looks[socket]?.notice
        let notice = Notice(ticketID: ticket, userID: principal.userID, name: principal.name, state: state)
        looks[socket] = state == .none ? nil : Look(notice: notice, until: now.advanced(by: Self.patience))
        var notices = [notice]
        if let before, before.ticketID != ticket { notices.append(Self.ended(before)) }
        return notices
    }

    /// The socket is gone.
    mutating func leave(_ socket: SocketID) -> [Notice] {
        looks.removeValue(forKey: socket).map { [Self.ended($0.notice)] } ?? []
    }

    /// The socket has left the ticket.
    mutating func leave(_ ticket: Ticket.ID, on socket: SocketID) -> [Notice] {
        looks[socket]?.notice.ticketID == ticket ? leave(socket) : []
    }

    mutating func sweep(at now: Timestamp) -> [Notice] {
        let over = looks.filter { $0.value.until <= now }.keys.sorted { $0.rawValue < $1.rawValue }
        return over.flatMap { leave($0) }
    }

    /// What somebody must be told who has just come.
    func state(of ticket: Ticket.ID, except socket: SocketID) -> [Notice] {
        looks.filter { $0.key != socket && $0.value.notice.ticketID == ticket }.map(\.value.notice)
            .sorted { $0.userID < $1.userID }
    }

    private static func ended(_ notice: Notice) -> Notice {
        var notice = notice
        notice.state = .none
        return notice
    }
}
