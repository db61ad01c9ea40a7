import Desk
import GRDB

/// Guests and accounts have one row in `users`, with the same number in their own table.
enum UserRows {
    static func insert(_ id: String, in db: Database) throws -> Int64 {
        try db.run("INSERT INTO users (id) VALUES (?)", [id])
        return db.lastInsertedRowID
    }

    static func guest(_ id: Guest.ID, in db: Database) throws -> Guest? {
        let sql = """
            SELECT users.id, name, email, isVerified, createdAt
            FROM users JOIN guests USING (row) WHERE users.id = ?
            """
        return try db.first(sql, [id.rawValue]) { row in
            Guest(
                id: Guest.ID(rawValue: row[0]),
                name: row[1],
                email: row[2],
                isVerified: row[3],
                createdAt: row.timestamp(4)
            )
        }
    }

    static func insert(_ guest: Guest, in db: Database) throws {
        let row = try insert(guest.id.rawValue, in: db)
        try db.run(
            "INSERT INTO guests (row, name, email, isVerified, createdAt) VALUES (?, ?, ?, ?, ?)",
            [row, guest.name, guest.email, guest.isVerified, guest.createdAt.milliseconds]
        )
    }
}
