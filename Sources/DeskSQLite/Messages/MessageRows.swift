import Desk
import GRDB

/// Messages as rows, and back.
enum MessageRows {
    /// In the order that ``decode(_:of:)`` expects.
    private static let columns = "m.seq, m.id, users.id, m.senderRole, m.senderName, m.text, m.timestamp, m.clientId"
    private static let source = "messages m JOIN users ON users.row = m.senderRow"

    private static func decode(_ row: Row, of ticket: Ticket.ID) throws -> Message {
        Message(
            id: Message.ID(rawValue: row[1]),
            ticketID: ticket,
            seq: row[0],
            sender: Author(userID: row[2], role: try row.spelled(3), name: row[4]),
            text: row[5],
            timestamp: row.timestamp(6),
            clientID: (row[7] as String?).map(ClientID.init(stored:))
        )
    }

    /// Looks through all messages of the ticket.
    static func message(_ key: MessageKey, of ticket: Ticket, in db: Database) throws -> Message? {
        try db.first(finding, [key.clientID.rawValue, ticket.number, key.senderID]) { try decode($0, of: ticket.id) }
    }

    /// Looks at one message.
    static func message(_ key: MessageKey, of ticket: Ticket, at seq: Int, in db: Database) throws -> Message? {
        try db.first("\(finding) AND m.seq = ?", [key.clientID.rawValue, ticket.number, key.senderID, seq]) {
            try decode($0, of: ticket.id)
        }
    }

    private static let finding = """
        SELECT \(columns) FROM \(source)
        WHERE m.clientId = ? AND m.ticketRow = ? AND m.senderRow = (SELECT row FROM users WHERE id = ?)
        """

    /// In order of seq.
    static func eachClientID(of ticket: Ticket, in db: Database, _ body: (String, Int) -> Void) throws {
        let sql = "SELECT clientId, seq FROM messages WHERE ticketRow = ? AND clientId IS NOT NULL ORDER BY seq"
        try db.each(sql, [ticket.number]) { row in
            body(row[0], row[1])
            return true
        }
    }

    /// Those that come next by ticket id and seq.
    ///
    /// - Parameter bounds: The ticket id before, twice, the seq before, and how many.
    static func page(_ bounds: StatementArguments, in db: Database) throws -> [Message] {
        let sql = """
            SELECT \(columns), t.id FROM tickets t CROSS JOIN messages m ON m.ticketRow = t.row JOIN users ON users.row = m.senderRow
            WHERE t.id >= ? AND (t.id > ? OR m.seq > ?) ORDER BY t.id, m.seq LIMIT ?
            """
        return try db.all(sql, bounds) { try decode($0, of: Ticket.ID(rawValue: $0[8])) }
    }

    /// The sender is stored already: an account, or the guest of the ticket.
    static func insert(_ message: Message, of ticket: Ticket, in db: Database) throws {
        try db.run(inserting) { arguments in
            arguments.add(ticket.number)
            arguments.add(message.seq)
            arguments.add(message.id.rawValue)
            arguments.add(message.sender.userID)
            arguments.add(message.sender.role.rawValue)
            arguments.add(message.sender.name)
            arguments.add(message.text)
            arguments.add(message.timestamp.milliseconds)
            arguments.add(message.clientID?.rawValue)
        }
    }

    private static let inserting = """
        INSERT INTO messages (ticketRow, seq, id, senderRow, senderRole, senderName, text, timestamp, clientId)
        VALUES (?, ?, ?, (SELECT row FROM users WHERE id = ?), ?, ?, ?, ?, ?)
        """

    static func history(of ticket: Ticket, _ range: HistoryRange, in db: Database) throws -> History {
        let (comparison, order, bound) =
            switch range.direction {
            case .after(let seq): (">", "ASC", seq)
            case .before(let seq): ("<", "DESC", seq)
            case .newest: ("<", "DESC", Int.max)
            }
        // One more than asked for tells whether there is more.
        let sql = """
            SELECT \(columns) FROM \(source)
            WHERE m.ticketRow = ? AND m.seq \(comparison) ? ORDER BY m.seq \(order) LIMIT ?
            """
        var page = HistoryPage(range)
        try db.each(sql, [ticket.number, bound, range.limit + 1]) { page.add(try decode($0, of: ticket.id)) }
        return page.history(of: ticket)
    }
}
