import Desk
import SocketIO

/// Which agents look at which ticket, and what they do there: a pure value that says what to tell the others.
struct ViewingBoard {
    /// What counts most of what an agent does in several tabs comes last.
    enum State: String, CaseIterable {
        case none, reading, noting, writing
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

    /// - Returns: What the others in the ticket hear, even if it is nothing new, since they forget it; and those in the
    ///   one that was left.
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
        var notices = [whole(notice)]
        if let before, before.ticketID != ticket { notices += ended(before) }
        return notices
    }

    /// The socket is gone.
    mutating func leave(_ socket: SocketID) -> [Notice] {
        looks.removeValue(forKey: socket).map { ended($0.notice) } ?? []
    }

    /// What the socket looks at.
    func ticket(of socket: SocketID) -> Ticket.ID? {
        looks[socket]?.notice.ticketID
    }

    mutating func sweep(at now: Timestamp) -> [Notice] {
        let over = looks.filter { $0.value.until <= now }.keys.sorted { $0.rawValue < $1.rawValue }
        return over.flatMap { leave($0) }
    }

    /// What somebody must be told who has just come: what the others do.
    func state(of ticket: Ticket.ID, for userID: String) -> [Notice] {
        let there = looks.values.map(\.notice).filter { $0.ticketID == ticket && $0.userID != userID }
        return Dictionary(there.map { ($0.userID, whole($0)) }) { first, _ in first }.values
            .sorted { $0.userID < $1.userID }
    }

    /// What the same agent does in that ticket over all tabs.
    private func whole(_ notice: Notice) -> Notice {
        var notice = notice
        let theirs = looks.values.map(\.notice).filter { ($0.ticketID, $0.userID) == (notice.ticketID, notice.userID) }
        notice.state = State.allCases.last { state in theirs.contains { $0.state == state } } ?? .none
        return notice
    }

    /// Nobody hears of one tab less while another does as much.
    private func ended(_ notice: Notice) -> [Notice] {
        let left = whole(notice)
        let strongest = State.allCases.last { [left.state, notice.state].contains($0) }
        return left.state == strongest ? [] : [left]
    }
}
