import Desk
import GRDB

/// The words of everything written, and where they are. Filled behind the commits, a part at a time: whatever a ticket
/// says is not indexed yet is found again after a crash.
enum SearchIndex {
    /// Places of one part.
    static let partSize = 500
    /// Pages of the index that one step of merging may write, about a millisecond.
    private static let mergeSize = 8
    /// How many segments of one size are merged; before that there are fewer of it. As ``Schema`` has set it.
    private static let segmentsToMerge = 8

    enum Kind: String {
        case head, message, note
    }

    /// Indexes the next part.
    ///
    /// - Parameter isEnough: Asked after each place whether to leave it at that.
    /// - Returns: Whether more may be left.
    static func addPart(in db: Database, until isEnough: () -> Bool = { false }) throws -> Bool {
        var room = partSize
        while room > 0, !isEnough(), let ticket = try nextTicket(in: db) {
            if !ticket.isHeadSearched {
                try replaceHead(of: ticket.row, in: db)
                room -= 1
            }
            var searchedSeq = ticket.searchedSeq
            if ticket.lastSeq > searchedSeq {
                searchedSeq = try addMessages(of: ticket, room: &room, in: db, until: isEnough)
            }
            if searchedSeq >= ticket.lastSeq { try db.run("DELETE FROM searchQueue WHERE place = ?", [ticket.place]) }
        }
        if isEnough() { return true }
        let sql = "SELECT ticketRow, seq, text FROM notes WHERE isSearched = 0 ORDER BY timestamp LIMIT ?"
        let notes = try db.all(sql, [max(0, room)]) { ($0[0] as Int64, $0[1] as Int, $0[2] as String) }
        for (ticket, seq, text) in notes {
            try add(.note, seq, text, of: ticket, in: db)
            try db.run("UPDATE notes SET isSearched = 1 WHERE ticketRow = ? AND seq = ?", [ticket, seq])
            if isEnough() { return true }
        }
        return room <= notes.count
    }

    static func isBehind(in db: Database) throws -> Bool {
        if try nextTicket(in: db) != nil { return true }
        return try db.first("SELECT 1 FROM notes WHERE isSearched = 0 LIMIT 1") { _ in true } ?? false
    }

    /// Takes all that a ticket says out of the index, while it still stands where it was written.
    static func remove(_ ticket: Int64, in db: Database) throws {
        let sql = """
            SELECT p.row, coalesce(p.head, m.text, n.text) FROM searchPlaces p
            LEFT JOIN messages m ON p.kind = 'message' AND m.ticketRow = p.ticketRow AND m.seq = p.seq
            LEFT JOIN notes n ON p.kind = 'note' AND n.ticketRow = p.ticketRow AND n.seq = p.seq
            WHERE p.ticketRow = ?
            """
        for (row, text) in try db.all(sql, [ticket], { ($0[0] as Int64, $0[1] as String) }) {
            try forget(row, text, in: db)
        }
        try db.run("DELETE FROM searchPlaces WHERE ticketRow = ?", [ticket])
    }

    /// Each part added makes a segment of the index; a search looks into all of them. Merges those of one size where there
    /// are many, as far as one step goes. The index itself would do so at the end of some part, but all of it at once.
    ///
    /// - Returns: Whether more is left to do.
    static func merge(in db: Database) throws -> Bool {
        let before = db.totalChangesCount
        try db.run("INSERT INTO search (search, rank) VALUES ('merge', ?)", [mergeSize])
        return db.totalChangesCount - before >= 2
    }

    /// What was taken out stands in older segments until they are merged into one: ``merge(in:)`` does that from now on.
    static func beginMergingAll(in db: Database) throws {
        try db.run("INSERT INTO search (search, rank) VALUES ('usermerge', 2)")
        try db.run("INSERT INTO search (search, rank) VALUES ('merge', ?)", [-mergeSize])
    }

    static func endMergingAll(in db: Database) throws {
        try db.run("INSERT INTO search (search, rank) VALUES ('usermerge', ?)", [segmentsToMerge])
    }

    private struct Unfinished {
        var place: Int64
        var row: Int64
        var searchedSeq: Int
        var lastSeq: Int
        var isHeadSearched: Bool
    }

    private static func nextTicket(in db: Database) throws -> Unfinished? {
        let sql = """
            SELECT place, row, searchedSeq, lastSeq, isHeadSearched
            FROM searchQueue JOIN tickets ON row = ticketRow ORDER BY place LIMIT 1
            """
        return try db.first(sql) {
            Unfinished(place: $0[0], row: $0[1], searchedSeq: $0[2], lastSeq: $0[3], isHeadSearched: $0[4])
        }
    }

    /// - Returns: How far the ticket is indexed now.
    private static func addMessages(
        of ticket: Unfinished,
        room: inout Int,
        in db: Database,
        until isEnough: () -> Bool
    ) throws -> Int {
        let sql = "SELECT seq, text FROM messages WHERE ticketRow = ? AND seq > ? ORDER BY seq LIMIT ?"
        let found = try db.all(sql, [ticket.row, ticket.searchedSeq, max(1, room)]) {
            (seq: $0[0] as Int, text: $0[1] as String)
        }
        var searchedSeq = found.isEmpty ? ticket.lastSeq : ticket.searchedSeq
        for message in found {
            try add(.message, message.seq, message.text, of: ticket.row, in: db)
            searchedSeq = message.seq
            room -= 1
            // Not before the first: to read many long ones may take all the time there is.
            if isEnough() { break }
        }
        try db.run("UPDATE tickets SET searchedSeq = ? WHERE row = ?", [searchedSeq, ticket.row])
        return searchedSeq
    }

    private static func replaceHead(of ticket: Int64, in db: Database) throws {
        let sql = "SELECT row, head FROM searchPlaces WHERE ticketRow = ? AND kind = ?"
        if let (row, text) = try db.first(sql, [ticket, Kind.head.rawValue], { ($0[0] as Int64, $0[1] as String) }) {
            try forget(row, text, in: db)
            try db.run("DELETE FROM searchPlaces WHERE row = ?", [row])
        }
        let head = try db.first(
            "SELECT subject, name, email FROM tickets JOIN guests ON guests.row = guestRow WHERE tickets.row = ?",
            [ticket]
        ) { row in [row[0] as String?, row[1] as String?, row[2] as String?].compactMap(\.self) }
        let text = (head ?? []).filter { !$0.isEmpty }.joined(separator: "\n")
        if !text.isEmpty { try add(.head, 0, text, of: ticket, in: db) }
        try db.run("UPDATE tickets SET isHeadSearched = 1 WHERE row = ?", [ticket])
    }

    private static func add(_ kind: Kind, _ seq: Int, _ text: String, of ticket: Int64, in db: Database) throws {
        try db.run("INSERT INTO searchPlaces (ticketRow, kind, seq, head) VALUES (?, ?, ?, ?)") { arguments in
            arguments.add(ticket)
            arguments.add(kind.rawValue)
            arguments.add(seq)
            arguments.add(kind == .head ? text : nil)
        }
        let row = db.lastInsertedRowID
        try db.run("INSERT INTO search (rowid, text) VALUES (?, ?)") { arguments in
            arguments.add(row)
            arguments.add(text)
        }
    }

    /// An index without text has to be told what stood there.
    private static func forget(_ row: Int64, _ text: String, in db: Database) throws {
        try db.run("INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)", [row, text])
    }
}
