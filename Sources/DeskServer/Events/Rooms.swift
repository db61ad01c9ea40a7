import Desk
import SocketIO

/// The names of the rooms.
enum Rooms {
    /// All agents and admins.
    static let agents: Room = "agents"
    static let guests: Room = "guests"

    /// Whoever has joined the ticket.
    static func ticket(_ id: Ticket.ID) -> Room { "ticket:" + id.rawValue }

    /// The agents among them.
    static func ticketAgents(_ id: Ticket.ID) -> Room { "ticket:" + id.rawValue + ":agents" }

    /// All sockets of one person.
    static func user(_ id: String) -> Room { "user:" + id }

    /// All sockets that came with one login.
    static func login(_ id: LoginSession.ID) -> Room { "login:" + id.rawValue }
}
