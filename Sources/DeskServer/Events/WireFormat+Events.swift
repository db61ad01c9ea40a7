import Desk
import SocketIO

/// The payloads of the server's events.
extension WireFormat {
    static func session(_ identity: Identity, at now: Timestamp) -> JSON {
        JSON.object { fields in
            fields.field("userId", identity.principal.userID)
            fields.field("role", identity.principal.role.rawValue)
            fields.field("name", identity.principal.name)
            fields.field("email", identity.details?.email)
            if case .guest(let id, _) = identity.principal { fields.field("verified", id.isVouchedFor) }
            fields.field("guestToken", identity.guestToken)
            fields.field("expiresAt", identity.login?.session.expiresAt.iso8601)
            fields.field("serverTime", now.iso8601)
        }
    }

    static func ticketChanged(_ ticket: Ticket) -> JSON {
        JSON.object { $0.field("ticket", Self.ticket(ticket)) }
    }

    static func ticketClosed(_ ticket: Ticket, by closer: Author) -> JSON {
        JSON.object { fields in
            fields.field("ticketId", ticket.id.rawValue)
            fields.field("closedAt", ticket.closedAt?.iso8601)
            fields.field("closedBy", author(closer))
            fields.field("ticket", Self.ticket(ticket))
        }
    }

    static func activity(_ ticket: Ticket) -> JSON {
        JSON.object { fields in
            fields.field("ticketId", ticket.id.rawValue)
            fields.field("lastSeq", ticket.lastSeq)
            fields.field("lastMessageAt", ticket.lastMessageAt?.iso8601)
            fields.field("lastText", ticket.lastText)
            fields.field("senderRole", ticket.lastSenderRole?.rawValue)
            fields.field("version", ticket.version)
        }
    }

    static func typing(_ isTyping: Bool, in ticket: Ticket.ID, by typist: Author) -> JSON {
        JSON.object { fields in
            fields.field("ticketId", ticket.rawValue)
            fields.field("userId", typist.userID)
            fields.field("role", typist.role.rawValue)
            fields.field("name", typist.name)
            fields.field("typing", isTyping)
        }
    }

    static func read(_ seq: Int, in ticket: Ticket.ID, by reader: Author) -> JSON {
        JSON.object { fields in
            fields.field("ticketId", ticket.rawValue)
            fields.field("userId", reader.userID)
            fields.field("role", reader.role.rawValue)
            fields.field("seq", seq)
        }
    }

    static func presence(_ notice: PresenceBoard.Notice) -> JSON {
        JSON.object { fields in
            switch notice {
            case .toAgents(let role, let userID, let status):
                fields.field("role", role.rawValue)
                fields.field("userId", userID)
                fields.field("online", status != .offline)
                if role != .guest { fields.field("status", status.rawValue) }
            case .toGuests(let isOnline):
                fields.field("role", Role.agent.rawValue)
                fields.field("online", isOnline)
            }
        }
    }

    static func cannedReplies(_ replies: [CannedReply]) -> JSON {
        JSON.object { $0.field("replies", replies.map(cannedReply)) }
    }

    static func revoked(_ reason: LiveLogins.EndReason) -> JSON {
        JSON.object { $0.field("reason", reason.rawValue) }
    }
}
