import Desk
import GRDB

/// Notes as rows, and back.
enum NoteRows {
    /// In the order that ``decode(_:of:)`` expects.
    private static let columns = """
        n.seq, n.id, n.afterSeq, users.id, n.authorName, n.text, n.timestamp, n.clientId
        """
    private static let source = "notes n JOIN users ON users.row = n.authorRow"

    private static func decode(_ row: Row, of ticket: Ticket.ID) -> Note {
        Note(
            id: Note.ID(rawValue: row[1]),
            ticketID: ticket,
            seq: row[0],
            afterSeq: row[2],
            authorID: Account.ID(rawValue: row[3]),
            authorName: row[4],
            text: row[5],
            timestamp: row.timestamp(6),
            clientID: (row[7] as String?).map(ClientID.init(stored:))
        )
    }

    static func note(
        by author: Account.ID,
        clientID: ClientID,
        of ticket: Ticket,
        in db: Database
    ) throws -> Note? {
        let sql = """
            SELECT \(columns) FROM \(source)
            WHERE n.clientId = ? AND n.ticketRow = ? AND n.authorRow = (SELECT row FROM users WHERE id = ?)
            """
        return try db.first(sql, [clientID.rawValue, ticket.number, author.rawValue]) { decode($0, of: ticket.id) }
    }

    /// Those that come next by ticket id and seq.
    ///
    /// - Parameter bounds: The ticket id before, twice, the seq before, and how many.
    static func page(_ bounds: StatementArguments, in db: Database) throws -> [Note] {
        let sql = """
            SELECT \(columns), t.id FROM tickets t CROSS JOIN notes n ON n.ticketRow = t.row JOIN users ON users.row = n.authorRow
            WHERE t.id >= ? AND (t.id > ? OR n.seq > ?) ORDER BY t.id, n.seq LIMIT ?
            """
        return try db.all(sql, bounds) { decode($0, of: Ticket.ID(rawValue: $0[8])) }
    }

    static func lastSeq(of ticket: Ticket, in db: Database) throws -> Int {
        try db.first("SELECT max(seq) FROM notes WHERE ticketRow = ?", [ticket.number]) { $0[0] as Int? ?? 0 } ?? 0
    }

    static func insert(_ note: Note, of ticket: Ticket, in db: Database) throws {
        let sql = """
            INSERT INTO notes (ticketRow, seq, id, afterSeq, authorRow, authorName, text, timestamp, clientId)
            VALUES (?, ?, ?, ?, (SELECT row FROM users WHERE id = ?), ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                ticket.number, note.seq, note.id.rawValue, note.afterSeq, note.authorID.rawValue, note.authorName,
                note.text, note.timestamp.milliseconds, note.clientID?.rawValue,
            ]
        )
    }

    static func page(of ticket: Ticket, after seq: Int, in db: Database) throws -> NotePage {
        let sql = """
            SELECT \(columns) FROM \(source) WHERE n.ticketRow = ? AND n.seq > ? ORDER BY n.seq LIMIT ?
            """
        var page = NotePage(notes: [], hasMore: false)
        var bytes = 0
        try db.each(sql, [ticket.number, seq, NotePage.limit + 1]) { row in
            let note = decode(row, of: ticket.id)
            bytes += note.text.utf8.count
            let isTooMuch = bytes > HistoryRange.maximumBytes && !page.notes.isEmpty
            guard page.notes.count < NotePage.limit, !isTooMuch else {
                page.hasMore = true
                return false
            }
            page.notes.append(note)
            return true
        }
        return page
    }
}
