import Desk
import SocketIO

/// Something that happened on one node and that the presence boards of all have to know.
enum PresenceChange: Equatable {
    /// - Parameter address: Where a guest comes from, by which limits count.
    case arrive(Principal, SocketID, isIdle: Bool, from: String? = nil)
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
        case .arrive(let principal, let socket, let isIdle, let address):
            Self.json("arrive", principal, socket, isIdle, from: address)
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

    private static func json(
        _ kind: String,
        _ principal: Principal,
        _ socket: SocketID,
        _ value: Bool,
        from address: String? = nil
    ) -> JSON {
        JSON.object { fields in
            fields.field("kind", kind)
            fields.field("userId", principal.userID)
            fields.field("role", principal.role.rawValue)
            fields.field("socketId", socket.rawValue)
            fields.field("value", value)
            fields.field("address", address)
        }
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
        case "arrive": self = .arrive(principal, socket, isIdle: value, from: fields["address"]?.string)
        case "leave": self = .leave(principal, socket)
        case "away": self = .away(principal, socket, value)
        case "idle": self = .idle(principal, socket, value)
        default: return nil
        }
    }
}
