import ArgumentParser
import CSQLite
import Foundation

/// Makes a large data file, quickly: Martlet lays out an empty one, and the rows go in by SQL.
struct Seed: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a data directory with many tickets. Their words are indexed when the server first runs on it."
    )

    @Option(help: "The data directory; has to be empty, or new.") var dataDir: String
    @Option(help: "The program that lays out the database.") var martlet: String
    @Option(help: "Tickets; nine of ten are closed.") var tickets = 10_000
    @Option(help: "Messages, as many in each ticket.") var messages = 1_000_000
    @Option(help: "Guests whose tickets they are. Default: one for five tickets.") var guests: Int?

    func validate() throws {
        guard tickets > 0, messages >= 0, (guests ?? 1) > 0 else { throw ValidationError("numbers are positive") }
    }

    func run() throws {
        let path = dataDir + "/martlet.sqlite"
        guard !FileManager.default.fileExists(atPath: path) else { throw LoadFailure("\(path) exists") }
        try layOut()
        let start = now()
        var connection: OpaquePointer?
        defer { sqlite3_close(connection) }
        guard sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
            throw LoadFailure("cannot open \(path)")
        }
        for statement in statements {
            guard sqlite3_exec(connection, statement, nil, nil, nil) == SQLITE_OK else {
                throw LoadFailure("\(String(cString: sqlite3_errmsg(connection))) in \(statement)")
            }
        }
        print("\(tickets) tickets, \(messages) messages in \(Double(now() - start) / 1e9) s")
    }

    /// A server that has begun to listen has laid it out.
    private func layOut() throws {
        let (server, output) = (Process(), Pipe())
        server.executableURL = URL(fileURLWithPath: martlet)
        server.arguments = ["serve", "--port", "0", "--data-dir", dataDir]
        server.standardOutput = output
        server.standardError = FileHandle.nullDevice
        try server.run()
        _ = output.fileHandleForReading.availableData
        server.terminate()
        server.waitUntilExit()
        guard server.terminationStatus == 0 else { throw LoadFailure("\(martlet) serve failed") }
    }

    /// The last of `tickets` is the newest. A ticket's messages are a second apart, and its own times follow from theirs.
    private var statements: [String] {
        let guests = guests ?? max(1, tickets / 5)
        let count = "(\(messages / tickets) + (n <= \(messages % tickets)))"
        let created = "(\(Int64(Date().timeIntervalSince1970 * 1000)) - (\(tickets) - n + 1) * 60000 - 1000 * \(count))"
        let id = "lower(hex(randomblob(11)))"
        return [
            "PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000", "BEGIN IMMEDIATE",
            "CREATE TEMP TABLE first AS SELECT coalesce(max(row), 0) AS row FROM users",
            """
            WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < \(guests))
            INSERT INTO users (row, id) SELECT n + (SELECT row FROM first), \(id) FROM g
            """,
            """
            WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < \(guests))
            INSERT INTO guests (row, name, email, isVerified, createdAt)
            SELECT n + (SELECT row FROM first), 'Guest ' || n, 'guest' || n || '@example.com', 0, 0 FROM g
            """,
            """
            WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < \(tickets))
            INSERT INTO tickets (
                row, id, guestRow, subject, status, createdAt, activityAt, closedAt, closedById, closedByRole, closedByName,
                lastSeq, lastMessageAt, lastText, lastSenderRole, readByGuest, readByAgents, version
            )
            SELECT n, \(id), n % \(guests) + 1 + (SELECT row FROM first), 'Question ' || n,
                iif(n % 10, 'closed', 'open'), \(created), \(created) + 1000 * \(count),
                iif(n % 10, \(created) + 1000 * \(count), NULL), iif(n % 10, 'seed', NULL),
                iif(n % 10, 'agent', NULL), iif(n % 10, 'Seed', NULL),
                \(count), iif(\(count), \(created) + 1000 * \(count), NULL), iif(\(count), 'message ' || \(count), NULL),
                iif(\(count), 'guest', NULL), 0, 0, \(count) + 1
            FROM t
            """,
            """
            WITH RECURSIVE m(ticket, seq) AS (
                SELECT 1, 1 WHERE \(messages) > 0
                UNION ALL
                SELECT iif(seq < tickets.lastSeq, ticket, ticket + 1), iif(seq < tickets.lastSeq, seq + 1, 1)
                FROM m JOIN tickets ON tickets.row = ticket WHERE ticket <= \(min(tickets, messages))
            )
            INSERT INTO messages (ticketRow, seq, id, senderRow, senderRole, senderName, text, timestamp)
            SELECT ticket, seq, \(id), t.guestRow, 'guest', guests.name,
                'message ' || seq || ' of ' || t.subject || ', about order ' || (ticket * 7919 + seq) % 100003,
                t.createdAt + 1000 * seq
            FROM m JOIN tickets t ON t.row = m.ticket JOIN guests ON guests.row = t.guestRow
            WHERE m.seq <= t.lastSeq
            """,
            "COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)",
        ]
    }
}
