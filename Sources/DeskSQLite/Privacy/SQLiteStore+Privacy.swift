package import Desk
import GRDB

extension SQLiteStore {
    package func tickets(of guest: Guest.ID) async throws(DeskError) -> [Ticket] {
        let sql = """
            SELECT \(TicketRows.columns) FROM tickets t \(TicketRows.joins)
            WHERE t.guestRow = (SELECT row FROM users WHERE id = ?) ORDER BY t.row
            """
        return try await read { try $0.all(sql, [guest.rawValue], TicketRows.decode) }
    }

    package func erase(
        _ guest: Guest.ID,
        audit: @escaping @Sendable (Erasure) -> AuditEntry?
    ) async throws(DeskError) -> Erasure {
        let erasure = try await commits.write { db in
            let sql = "SELECT row FROM users JOIN guests USING (row) WHERE id = ?"
            guard let row = try db.first(sql, [guest.rawValue], { $0[0] as Int64 }) else { throw DeskError.notFound }
            let tickets = try db.all("SELECT row FROM tickets WHERE guestRow = ?", [row]) { $0[0] as Int64 }
            let erasure = try Self.erase(tickets, in: db, alsoGuests: [row])
            try AuditRows.insert(audit(erasure), in: db)
            return GroupCommit.Outcome(answer: erasure)
        }
        await emptyLog()
        return erasure
    }

    package func eraseTickets(
        closedBefore moment: Timestamp,
        limit: Int,
        audit: @escaping @Sendable (Erasure) -> AuditEntry?
    ) async throws(DeskError) -> Erasure {
        let erasure = try await commits.write { db in
            // Nothing happens in a ticket after its close, so the index on activity finds the candidates.
            let sql = """
                SELECT row, guestRow FROM tickets
                WHERE status = 'closed' AND activityAt < ? AND closedAt < ? ORDER BY activityAt LIMIT ?
                """
            let found = try db.all(sql, [moment.milliseconds, moment.milliseconds, limit]) {
                (ticket: $0[0] as Int64, guest: $0[1] as Int64)
            }
            let guests = Set(found.map(\.guest))
            let erasure = try Self.erase(found.map(\.ticket), in: db, alsoGuests: guests)
            try AuditRows.insert(audit(erasure), in: db)
            return GroupCommit.Outcome(answer: erasure)
        }
        if erasure.tickets > 0 { await emptyLog() }
        return erasure
    }

    /// Deletes tickets whole, and those of the guests who have none left.
    private static func erase(_ tickets: [Int64], in db: Database, alsoGuests guests: Set<Int64>) throws -> Erasure {
        var erasure = Erasure(tickets: tickets.count)
        if !tickets.isEmpty { try SearchIndexing.plan(mergeIn: db) }
        for ticket in tickets {
            try SearchIndex.remove(ticket, in: db)
            try db.run("DELETE FROM messages WHERE ticketRow = ?", [ticket])
            erasure.messages += db.changesCount
            try db.run("DELETE FROM notes WHERE ticketRow = ?", [ticket])
            try db.run("DELETE FROM tickets WHERE row = ?", [ticket])
        }
        for guest in guests {
            let isInUse = try db.first("SELECT 1 FROM tickets WHERE guestRow = ?", [guest]) { _ in true }
            guard isInUse == nil else { continue }
            try db.run("DELETE FROM guests WHERE row = ?", [guest])
            try db.run("DELETE FROM users WHERE row = ?", [guest])
        }
        return erasure
    }

    /// Moves the log into the database: until then old pages stand in it. A reader in the way only puts that off.
    private func emptyLog() async {
        do {
            _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch {
            report(.failure(error))
        }
    }
}
