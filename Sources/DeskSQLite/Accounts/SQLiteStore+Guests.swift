package import Desk
import GRDB

extension SQLiteStore {
    package func standing(of id: Guest.ID) async throws(DeskError) -> GuestStanding {
        try await read { db in
            if let guest = try UserRows.guest(id, in: db) { return .known(guest) }
            return try UserRows.isRetired(id, in: db) ? .retired : .unknown
        }
    }

    package func changeGuest(
        _ id: Guest.ID,
        publish: @escaping Publish,
        rule: @escaping @Sendable (Guest) throws(DeskError) -> Guest
    ) async throws(DeskError) -> Guest {
        try await commits.write { db in
            guard let stored = try UserRows.guest(id, in: db) else { throw DeskError.notFound }
            let guest = try rule(stored)
            guard guest != stored else { return GroupCommit.Outcome(answer: guest) }
            let events = try Self.update(guest, in: db)
            return GroupCommit.Outcome(answer: guest, events: events, publish: publish)
        }
    }

    package func adopt(
        _ id: Guest.ID,
        from former: Guest.ID?,
        publish: @escaping Publish,
        rule: @escaping @Sendable (AdoptionFacts) -> Adoption?
    ) async throws(DeskError) -> Guest? {
        try await commits.write { db in
            let facts = AdoptionFacts(
                known: try UserRows.guest(id, in: db),
                former: try former.flatMap { try UserRows.guest($0, in: db) }
            )
            guard let decision = rule(facts) else { return GroupCommit.Outcome(answer: nil) }
            if facts.known == nil { try UserRows.insert(decision.guest, in: db) }
            var events: [DeskEvent] = []
            if let retired = decision.retires {
                try UserRows.retire(retired, to: id, in: db)
                events.append(.guestRetired(retired))
            }
            events += try Self.update(decision.guest, in: db)
            return GroupCommit.Outcome(answer: decision.guest, events: events, publish: publish)
        }
    }

    private static func update(_ guest: Guest, in db: Database) throws -> [DeskEvent] {
        try db.run(
            "UPDATE guests SET name = ?, email = ? WHERE row = (SELECT row FROM users WHERE id = ?)",
            [guest.name, guest.email, guest.id.rawValue]
        )
        // What is found under the name stands in the head of each ticket.
        let tickets = "guestRow = (SELECT row FROM users WHERE id = ?)"
        let arguments: StatementArguments = [guest.id.rawValue]
        try db.run("UPDATE tickets SET isHeadSearched = 0 WHERE \(tickets)", arguments)
        try db.run("UPDATE tickets SET version = version + 1 WHERE \(tickets) AND status = 'open'", arguments)
        return try TicketListing.open(of: guest.id, limit: .max, in: db).map { .ticketUpdated($0) }
    }

    package func tickets(
        of guest: Guest.ID,
        limit: Int,
        before cursor: TicketCursor?
    ) async throws(DeskError) -> OwnTicketPage {
        try await read { try TicketListing.page(of: guest, limit: limit, before: cursor, in: $0) }
    }
}
