import Desk
import GRDB

/// Tickets as rows, and back. A ticket's row is its number.
enum TicketRows {
    /// In the order that ``decode(_:)`` expects.
    static let columns = """
        t.row, t.id, customer.id, guests.name, guests.email, guests.isVerified, t.subject, t.status, t.createdAt,
        t.closedAt, t.closedById, t.closedByRole, t.closedByName, assignee.id, t.lastSeq, t.lastMessageAt,
        t.lastText, t.lastSenderRole, t.readByGuest, t.readByAgents, t.version, assigneeAccount.name,
        t.siteId
        """
    /// To follow a `tickets t`.
    static let joins = """
        JOIN guests ON guests.row = t.guestRow
        JOIN users customer ON customer.row = t.guestRow
        LEFT JOIN users assignee ON assignee.row = t.assigneeRow
        LEFT JOIN accounts assigneeAccount ON assigneeAccount.row = t.assigneeRow
        """

    static func decode(_ row: Row) throws -> Ticket {
        let customer = Guest(
            id: Guest.ID(rawValue: row[2]),
            name: row[3],
            email: row[4],
            isVerified: row[5],
            createdAt: row.timestamp(8)
        )
        var ticket = Ticket(
            id: Ticket.ID(rawValue: row[1]),
            number: row[0],
            customer: customer,
            siteID: Site.ID(rawValue: row[22]),
            subject: row[6],
            createdAt: row.timestamp(8)
        )
        ticket.status = try row.spelled(7)
        ticket.closedAt = row.optionalTimestamp(9)
        if let userID = row[10] as String? {
            ticket.closedBy = Author(userID: userID, role: try row.spelled(11), name: row[12])
        }
        ticket.assigneeID = (row[13] as String?).map(Account.ID.init(rawValue:))
        ticket.lastSeq = row[14]
        ticket.lastMessageAt = row.optionalTimestamp(15)
        ticket.lastText = row[16]
        ticket.lastSenderRole = try row.optionalSpelled(17)
        ticket.reads = Ticket.Reads(guest: row[18], agents: row[19])
        ticket.version = row[20]
        ticket.assigneeName = row[21]
        return ticket
    }

    static func ticket(_ id: Ticket.ID, in db: Database) throws -> Ticket? {
        try db.first(selecting, [id.rawValue], decode)
    }

    private static let selecting = "SELECT \(columns) FROM tickets t \(joins) WHERE t.id = ?"

    static func ticket(of guest: Guest.ID, clientID: ClientID, in db: Database) throws -> Ticket? {
        let sql = """
            SELECT \(columns) FROM tickets t \(joins)
            WHERE t.guestRow = (SELECT row FROM users WHERE id = ?) AND t.clientId = ?
            """
        return try db.first(sql, [guest.rawValue, clientID.rawValue], decode)
    }

    /// Those that come next by id, with their client ids.
    ///
    /// - Parameter bounds: The id before, and how many.
    static func page(_ bounds: StatementArguments, in db: Database) throws -> [(Ticket, ClientID?)] {
        let sql = "SELECT \(columns), t.clientId FROM tickets t \(joins) WHERE t.id > ? ORDER BY t.id LIMIT ?"
        return try db.all(sql, bounds) { (try decode($0), ($0[23] as String?).map(ClientID.init(stored:))) }
    }

    static func openCount(of guest: Guest.ID, in db: Database) throws -> Int {
        let sql = """
            SELECT count(*) FROM tickets WHERE guestRow = (SELECT row FROM users WHERE id = ?) AND status = 'open'
            """
        return try db.first(sql, [guest.rawValue]) { $0[0] } ?? 0
    }

    /// When the guest's newest tickets were created, newest first.
    static func newest(of guest: Guest.ID, limit: Int, in db: Database) throws -> [Timestamp] {
        let sql = """
            SELECT createdAt FROM tickets WHERE guestRow = (SELECT row FROM users WHERE id = ?)
            ORDER BY createdAt DESC LIMIT ?
            """
        return try db.all(sql, [guest.rawValue, limit]) { $0.timestamp(0) }
    }

    /// The number that the next new ticket gets.
    static func nextNumber(in db: Database) throws -> Int {
        try db.first("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'tickets'") { $0[0] } ?? 1
    }

    /// A new ticket, which is open and assigned to nobody.
    static func insert(_ ticket: Ticket, clientID: ClientID?, in db: Database) throws {
        let sql = """
            INSERT INTO tickets (row, id, guestRow, clientId, subject, status, createdAt, activityAt, lastSeq,
                lastMessageAt, lastText, lastSenderRole, readByGuest, readByAgents, version, siteId)
            VALUES (?, ?, (SELECT row FROM users WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                ticket.number, ticket.id.rawValue, ticket.customerID.rawValue, clientID?.rawValue, ticket.subject,
                ticket.status.rawValue, ticket.createdAt.milliseconds, ticket.activityAt.milliseconds, ticket.lastSeq,
                ticket.lastMessageAt?.milliseconds, ticket.lastText, ticket.lastSenderRole?.rawValue,
                ticket.reads.guest, ticket.reads.agents, ticket.version, ticket.siteID.rawValue,
            ]
        )
    }

    /// Two statements, because SQLite rewrites the entry of every index on a column that is set,
    /// changed or not, and nearly all changes are messages.
    static func update(_ ticket: Ticket, from old: Ticket, in db: Database) throws {
        if (ticket.status, ticket.closedAt, ticket.assigneeID) != (old.status, old.closedAt, old.assigneeID) {
            try updateState(ticket, in: db)
        }
        try db.run(updating) { arguments in
            arguments.add(ticket.activityAt.milliseconds)
            arguments.add(ticket.lastSeq)
            arguments.add(ticket.lastMessageAt?.milliseconds)
            arguments.add(ticket.lastText)
            arguments.add(ticket.lastSenderRole?.rawValue)
            arguments.add(ticket.reads.guest)
            arguments.add(ticket.reads.agents)
            arguments.add(ticket.version)
            arguments.add(ticket.number)
        }
    }

    private static let updating = """
        UPDATE tickets SET activityAt = ?, lastSeq = ?, lastMessageAt = ?, lastText = ?, lastSenderRole = ?,
            readByGuest = ?, readByAgents = ?, version = ?
        WHERE row = ?
        """

    private static func updateState(_ ticket: Ticket, in db: Database) throws {
        let sql = """
            UPDATE tickets SET status = ?, closedAt = ?, closedById = ?, closedByRole = ?, closedByName = ?,
                assigneeRow = (SELECT row FROM users WHERE id = ?)
            WHERE row = ?
            """
        try db.run(
            sql,
            [
                ticket.status.rawValue, ticket.closedAt?.milliseconds, ticket.closedBy?.userID,
                ticket.closedBy?.role.rawValue, ticket.closedBy?.name, ticket.assigneeID?.rawValue, ticket.number,
            ]
        )
    }
}
