package import Desk
import GRDB

extension SQLiteStore {
    /// Places looked at for one page: where the status lets few through, a page has fewer and says where to go on.
    private static let longestScan = 2000

    package func search(_ query: SearchQuery) async throws(DeskError) -> SearchPage {
        let expression = Self.expression(for: query.words)
        return try await read { db in
            var page = SearchPage(finds: [], next: nil)
            var looked = 0
            var last = 0
            try db.each(Self.statement, [expression, query.cursor ?? Int.max, Self.longestScan + 1]) { row in
                guard page.finds.count < query.limit, looked < Self.longestScan else {
                    page.next = last
                    return false
                }
                looked += 1
                last = row[0]
                let status: Ticket.Status = try row.spelled(5)
                guard query.status == nil || query.status == status else { return true }
                if let find = try Self.find(row, in: db) { page.finds.append(find) }
                return true
            }
            return page
        }
    }

    private static let statement = """
        SELECT p.row, p.kind, p.seq, p.head, t.id, t.status, p.ticketRow
        FROM search JOIN searchPlaces p ON p.row = search.rowid JOIN tickets t ON t.row = p.ticketRow
        WHERE search MATCH ? AND search.rowid < ? ORDER BY search.rowid DESC LIMIT ?
        """

    private static func find(_ row: Row, in db: Database) throws -> SearchFind? {
        let kind: SearchIndex.Kind = try row.spelled(1)
        let seq: Int = row[2]
        guard let ticket = try TicketRows.ticket(Ticket.ID(rawValue: row[4]), in: db) else { return nil }
        switch kind {
        case .head:
            return SearchFind(ticket: ticket, place: .ticket, text: row[3] as String? ?? "")
        case .message:
            let sql = "SELECT text FROM messages WHERE ticketRow = ? AND seq = ?"
            let text = try db.first(sql, [row[6] as Int64, seq]) { $0[0] as String }
            return text.map { SearchFind(ticket: ticket, place: .message(seq: seq), text: $0) }
        case .note:
            let sql = "SELECT text FROM notes WHERE ticketRow = ? AND seq = ?"
            let text = try db.first(sql, [row[6] as Int64, seq]) { $0[0] as String }
            return text.map { SearchFind(ticket: ticket, place: .note(seq: seq), text: $0) }
        }
    }

    /// Words in quotes are only words: nothing that somebody types is syntax.
    private static func expression(for words: [String]) -> String {
        words.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: " ") + "*"
    }
}
