package import Desk
import GRDB

extension SQLiteStore {
    package func changeGuest(
        _ id: Guest.ID,
        publish: @escaping Publish,
        rule: @escaping @Sendable (Guest) throws(DeskError) -> Guest
    ) async throws(DeskError) -> Guest {
        try await commits.write { db in
            guard let stored = try UserRows.guest(id, in: db) else { throw DeskError.notFound }
            let guest = try rule(stored)
            guard guest != stored else { return GroupCommit.Outcome(answer: guest) }
            try db.run(
                "UPDATE guests SET name = ?, email = ? WHERE row = (SELECT row FROM users WHERE id = ?)",
                [guest.name, guest.email, id.rawValue]
            )
            // What is found under the name stands in the head of each ticket.
            let tickets = "guestRow = (SELECT row FROM users WHERE id = ?)"
            try db.run("UPDATE tickets SET isHeadSearched = 0 WHERE \(tickets)", [id.rawValue])
            try db.run("UPDATE tickets SET version = version + 1 WHERE \(tickets) AND status = 'open'", [id.rawValue])
            let open = try TicketListing.open(of: id, limit: 100, in: db)
            return GroupCommit.Outcome(answer: guest, events: open.map { .ticketUpdated($0) }, publish: publish)
        }
    }

    package func tickets(
        of guest: Guest.ID,
        limit: Int,
        before cursor: TicketCursor?
    ) async throws(DeskError) -> OwnTicketPage {
        try await read { try TicketListing.page(of: guest, limit: limit, before: cursor, in: $0) }
    }
}
