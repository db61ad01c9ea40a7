import Desk
import GRDB

/// Lists and counts of tickets.
enum TicketListing {
    static func page(_ query: TicketQuery, for caller: Account.ID, in db: Database) throws -> TicketPage {
        let (sql, arguments) = statement(for: query)
        var tickets = try db.all(sql, arguments, TicketRows.decode)
        var next: TicketCursor?
        if tickets.count > query.limit {
            tickets.removeLast()
            next = tickets.last.map { TicketCursor($0) }
        }
        return TicketPage(tickets: tickets, next: next, counts: try counts(for: caller, in: db))
    }

    static func open(of guest: Guest.ID, limit: Int, in db: Database) throws -> [Ticket] {
        let sql = """
            SELECT \(TicketRows.columns) FROM tickets t \(TicketRows.joins)
            WHERE t.guestRow = (SELECT row FROM users WHERE id = ?) AND t.status = 'open'
            ORDER BY t.activityAt DESC, t.row DESC LIMIT ?
            """
        return try db.all(sql, [guest.rawValue, limit], TicketRows.decode)
    }

    static func page(
        of guest: Guest.ID,
        limit: Int,
        before cursor: TicketCursor?,
        in db: Database
    ) throws -> OwnTicketPage {
        let (moment, number) = (cursor?.activityAt.milliseconds ?? Int64.max, cursor?.number ?? 0)
        let sql = """
            SELECT \(TicketRows.columns) FROM tickets t \(TicketRows.joins)
            WHERE t.guestRow = (SELECT row FROM users WHERE id = ?) AND (t.activityAt, t.row) < (?, ?)
            ORDER BY t.activityAt DESC, t.row DESC LIMIT ?
            """
        // One more than asked for tells whether there is a next page.
        var tickets = try db.all(sql, [guest.rawValue, moment, number, limit + 1], TicketRows.decode)
        guard tickets.count > limit else { return OwnTicketPage(tickets: tickets, next: nil) }
        tickets.removeLast()
        return OwnTicketPage(tickets: tickets, next: tickets.last.map { TicketCursor($0) })
    }

    /// The index has the status first, so each status is a list already in order; SQLite merges the
    /// two and stops at the limit.
    private static func statement(for query: TicketQuery) -> (sql: String, arguments: StatementArguments) {
        let statuses = query.status.map { [$0] } ?? [.open, .closed]
        var arguments: StatementArguments = []
        let lists = statuses.map { status in
            var condition = "status = ?"
            arguments += [status.rawValue]
            switch query.assignee {
            case .anyone: break
            case .nobody: condition += " AND assigneeRow IS NULL"
            case .account(let id):
                condition += " AND assigneeRow = (SELECT row FROM users WHERE id = ?)"
                arguments += [id.rawValue]
            }
            if let cursor = query.cursor {
                condition += " AND (activityAt, row) < (?, ?)"
                arguments += [cursor.activityAt.milliseconds, cursor.number]
            }
            return "SELECT activityAt, row FROM tickets WHERE \(condition)"
        }
        // One more than asked for tells whether there is a next page.
        arguments += [query.limit + 1]
        let sql = """
            SELECT \(TicketRows.columns)
            FROM (\(lists.joined(separator: " UNION ALL ")) ORDER BY 1 DESC, 2 DESC LIMIT ?) page
            JOIN tickets t ON t.row = page.row \(TicketRows.joins)
            ORDER BY page.activityAt DESC, page.row DESC
            """
        return (sql, arguments)
    }

    private static func counts(for caller: Account.ID, in db: Database) throws -> TicketCounts {
        let sql = """
            SELECT
                ifnull(sum(count) FILTER (WHERE status = 'open' AND assigneeRow = (SELECT row FROM users WHERE id = ?)), 0),
                ifnull(sum(count) FILTER (WHERE status = 'open' AND assigneeRow = 0), 0),
                ifnull(sum(count) FILTER (WHERE status = 'open'), 0),
                ifnull(sum(count) FILTER (WHERE status = 'closed'), 0)
            FROM ticketCounts
            """
        let counts = try db.first(sql, [caller.rawValue]) { row in
            TicketCounts(mine: row[0], unassigned: row[1], open: row[2], closed: row[3])
        }
        return counts ?? TicketCounts(mine: 0, unassigned: 0, open: 0, closed: 0)
    }
}
