import Desk
import SocketIO

/// The spelling of everything that goes out, by events.md: compact, fields in a fixed order, optional
/// ones left out. The only place that knows these names.
enum WireFormat {
    /// - Parameter reader: In acks: whose `unread` is counted.
    static func ticket(_ ticket: Ticket, unreadFor reader: Role? = nil) -> JSON {
        JSON.object { fields in
            fields.field("ticketId", ticket.id.rawValue)
            fields.field("number", ticket.number)
            fields.field("customerId", ticket.customerID.rawValue)
            fields.field("customerName", ticket.customerName)
            fields.field("customerEmail", ticket.customerEmail)
            fields.field("verified", ticket.verified)
            fields.field("siteId", ticket.siteID.rawValue)
            fields.field("subject", ticket.subject)
            fields.field("status", ticket.status.rawValue)
            fields.field("createdAt", ticket.createdAt.iso8601)
            fields.field("closedAt", ticket.closedAt?.iso8601)
            fields.field("closedBy", ticket.closedBy.map(author))
            fields.field("assigneeId", ticket.assigneeID?.rawValue)
            fields.field("assigneeName", ticket.assigneeName)
            fields.field("lastSeq", ticket.lastSeq)
            fields.field("lastMessageAt", ticket.lastMessageAt?.iso8601)
            fields.field("lastText", ticket.lastText)
            fields.field("lastSenderRole", ticket.lastSenderRole?.rawValue)
            fields.field("reads", reads(ticket.reads))
            fields.field("version", ticket.version)
            if let reader { fields.field("unread", max(0, ticket.lastSeq - ticket.reads[reader])) }
        }
    }

    static func message(_ message: Message) -> JSON {
        JSON.object { fields in
            fields.field("messageId", message.id.rawValue)
            fields.field("ticketId", message.ticketID.rawValue)
            fields.field("seq", message.seq)
            fields.field("senderId", message.sender.userID)
            fields.field("senderRole", message.sender.role.rawValue)
            fields.field("senderName", message.sender.name)
            fields.field("text", message.text)
            fields.field("timestamp", message.timestamp.iso8601)
            fields.field("clientId", message.clientID?.rawValue)
        }
    }

    static func author(_ author: Author) -> JSON {
        JSON.object { fields in
            fields.field("userId", author.userID)
            fields.field("role", author.role.rawValue)
            fields.field("name", author.name)
        }
    }

    static func counts(_ counts: TicketCounts) -> JSON {
        JSON.object { fields in
            fields.field("mine", counts.mine)
            fields.field("unassigned", counts.unassigned)
            fields.field("open", counts.open)
            fields.field("closed", counts.closed)
        }
    }

    /// Without anything of the password.
    static func agent(_ account: Account) -> JSON {
        JSON.object { fields in
            fields.field("agentId", account.id.rawValue)
            fields.field("username", account.username.rawValue)
            fields.field("name", account.name)
            fields.field("role", account.role.rawValue)
        }
    }

    /// An agent as other agents see one.
    static func colleague(_ account: Account, _ status: PresenceBoard.Status) -> JSON {
        JSON.object { fields in
            fields.field("agentId", account.id.rawValue)
            fields.field("name", account.name)
            fields.field("username", account.username.rawValue)
            fields.field("role", account.role.rawValue)
            fields.field("status", status.rawValue)
        }
    }

    static func cannedReply(_ reply: CannedReply) -> JSON {
        JSON.object { fields in
            fields.field("cannedId", reply.id.rawValue)
            fields.field("title", reply.title)
            fields.field("text", reply.text)
            fields.field("updatedAt", reply.updatedAt.iso8601)
        }
    }

    /// A login session in a list.
    ///
    /// - Parameter account: Whose it is, where that is not clear.
    static func session(_ session: LoginSession, isCurrent: Bool, of account: Account? = nil) -> JSON {
        JSON.object { fields in
            fields.field("sessionId", session.id.rawValue)
            fields.field("createdAt", session.createdAt.iso8601)
            fields.field("lastUsedAt", session.lastUsedAt.iso8601)
            fields.field("expiresAt", session.expiresAt.iso8601)
            fields.field("browser", session.browser)
            fields.field("current", isCurrent)
            fields.field("agent", account.map(agent))
        }
    }

    private static func reads(_ reads: Ticket.Reads) -> JSON {
        JSON.object { fields in
            fields.field("guest", reads.guest)
            fields.field("agents", reads.agents)
        }
    }
}

extension WireFormat {
    /// What a look into a ticket adds to an ack.
    static func write(_ history: History, for reader: Role, to fields: inout JSONObjectWriter) {
        fields.field("ticket", ticket(history.ticket, unreadFor: reader))
        fields.field("messages", history.messages.map(message))
        fields.field("hasMore", history.hasMore)
    }
}
