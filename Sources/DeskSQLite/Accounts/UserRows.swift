import Desk
import GRDB

/// Guests and accounts have one row in `users`, with the same number in their own table.
enum UserRows {
    static func insert(_ id: String, in db: Database) throws -> Int64 {
        try db.run("INSERT INTO users (id) VALUES (?)", [id])
        return db.lastInsertedRowID
    }

    static func guest(_ id: Guest.ID, in db: Database) throws -> Guest? {
        try db.first("\(guestSelection) WHERE users.id = ?", [id.rawValue], decode)
    }

    /// Those that come next by id.
    ///
    /// - Parameter bounds: The id before, and how many.
    static func page(_ bounds: StatementArguments, in db: Database) throws -> [Guest] {
        try db.all("\(guestSelection) WHERE users.id > ? ORDER BY users.id LIMIT ?", bounds, decode)
    }

    private static let guestSelection = """
        SELECT users.id, name, email, isVerified, createdAt FROM users JOIN guests USING (row)
        """

    private static func decode(_ row: Row) -> Guest {
        Guest(
            id: Guest.ID(rawValue: row[0]),
            name: row[1],
            email: row[2],
            isVerified: row[3],
            createdAt: row.timestamp(4)
        )
    }

    static func isRetired(_ id: Guest.ID, in db: Database) throws -> Bool {
        try db.first("SELECT 1 FROM retiredGuests WHERE id = ?", [id.rawValue]) { _ in true } ?? false
    }

    /// Gives all that is one guest's to another who is stored, and keeps no more than the id.
    static func retire(_ former: Guest.ID, to id: Guest.ID, in db: Database) throws {
        let find = "SELECT row FROM users WHERE id = ?"
        guard let old = try db.first(find, [former.rawValue], { $0[0] as Int64 }),
            let new = try db.first(find, [id.rawValue], { $0[0] as Int64 })
        else { throw DatabaseError(message: "a guest who is not stored cannot retire") }
        let tickets = "SELECT row FROM tickets WHERE guestRow = ?"
        try db.run(
            "UPDATE messages SET senderRow = ? WHERE senderRow = ? AND ticketRow IN (\(tickets))",
            [new, old, old]
        )
        try db.run(
            "UPDATE tickets SET closedById = ? WHERE guestRow = ? AND closedById = ?",
            [id.rawValue, old, former.rawValue]
        )
        // Two ids may have used the same client id; the ticket that moves is known by its own id by now.
        let used = "SELECT clientId FROM tickets WHERE guestRow = ?"
        try db.run("UPDATE tickets SET clientId = NULL WHERE guestRow = ? AND clientId IN (\(used))", [old, new])
        try db.run("UPDATE tickets SET guestRow = ? WHERE guestRow = ?", [new, old])
        try db.run("DELETE FROM guests WHERE row = ?", [old])
        try db.run("DELETE FROM users WHERE row = ?", [old])
        try db.run("INSERT INTO retiredGuests (id) VALUES (?)", [former.rawValue])
    }

    static func insert(_ guest: Guest, in db: Database) throws {
        let row = try insert(guest.id.rawValue, in: db)
        try db.run(
            "INSERT INTO guests (row, name, email, isVerified, createdAt) VALUES (?, ?, ?, ?, ?)",
            [row, guest.name, guest.email, guest.isVerified, guest.createdAt.milliseconds]
        )
    }
}
