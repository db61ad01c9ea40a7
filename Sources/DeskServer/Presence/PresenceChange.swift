import Desk
import SocketIO

/// Something that happened on one node and that the presence boards of all have to know.
enum PresenceChange: Equatable {
    case arrive(Principal, SocketID, isIdle: Bool)
    case leave(Principal, SocketID)
    /// By hand.
    case away(Principal, SocketID, Bool)
    /// By a page that nobody touches.
    case idle(Principal, SocketID, Bool)
    case ticket(Ticket.ID, of: Guest.ID, isOpen: Bool)
}

// MARK: - As other nodes read it

extension PresenceChange {
    var json: JSON {
        switch self {
        case .arrive(let principal, let socket, let isIdle): Self.json("arrive", principal, socket, isIdle)
        case .leave(let principal, let socket): Self.json("leave", principal, socket, true)
        case .away(let principal, let socket, let isAway): Self.json("away", principal, socket, isAway)
        case .idle(let principal, let socket, let isIdle): Self.json("idle", principal, socket, isIdle)
        case .ticket(let ticket, let guest, let isOpen):
            [
                "kind": "ticket", "userId": JSON(guest.rawValue), "ticketId": JSON(ticket.rawValue),
                "value": JSON(isOpen),
            ]
        }
    }

    private static func json(_ kind: String, _ principal: Principal, _ socket: SocketID, _ value: Bool) -> JSON {
        [
            "kind": JSON(kind), "userId": JSON(principal.userID), "role": JSON(principal.role.rawValue),
            "socketId": JSON(socket.rawValue), "value": JSON(value),
        ]
    }

    /// Nil for what no node of this version writes.
    init?(_ json: JSON) {
        guard let fields = json.object, let kind = fields["kind"]?.string, let userID = fields["userId"]?.string,
            let value = fields["value"]?.bool
        else { return nil }
        if kind == "ticket", let ticket = fields["ticketId"]?.string {
            self = .ticket(Ticket.ID(rawValue: ticket), of: Guest.ID(rawValue: userID), isOpen: value)
            return
        }
        guard let role = fields["role"]?.string.flatMap(Role.init(rawValue:)), let id = fields["socketId"]?.string
        else { return nil }
        let socket = SocketID(rawValue: id)
        // Nobody's name is on the board.
        let principal: Principal =
            role == .guest
            ? .guest(Guest.ID(rawValue: userID), name: nil)
            : .agent(Account.ID(rawValue: userID), name: "", role: role)
        switch kind {
        case "arrive": self = .arrive(principal, socket, isIdle: value)
        case "leave": self = .leave(principal, socket)
        case "away": self = .away(principal, socket, value)
        case "idle": self = .idle(principal, socket, value)
        default: return nil
        }
    }
}
