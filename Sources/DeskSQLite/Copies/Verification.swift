import GRDB

/// What a look through a whole database found.
package struct Verification: Sendable, Equatable {
    /// What is looked at. The spelling is that of `martlet verify --json`.
    package enum Check: String, Sendable {
        /// SQLite's own: pages, rows and indexes are what was written.
        case integrity
        /// What a row points to is there.
        case foreignKeys
        /// The messages of a ticket are numbered 1, 2, 3 without a hole.
        case seqHoles
        /// So are its notes.
        case noteSeqHoles
        /// A ticket knows the number of its last message.
        case lastSeq
        /// A message that was sent twice is stored once.
        case duplicateClientIds
        /// A closed ticket's messages are older than its end.
        case messagesAfterClose
        /// What is counted of tickets is what there is.
        case ticketCounts
    }

    package struct Fault: Sendable, Equatable {
        package var check: Check
        /// How many were found; of ``Check/integrity`` at most 20.
        package var count: Int
        /// The first of them, for a person.
        package var examples: [String]
    }

    /// Of the tables.
    package let version: Int
    /// How many rows each table has.
    package let counts: [String: Int]
    package let faults: [Fault]

    private static let exampleLimit = 5
    private static let integrityLimit = 20

    /// Looks through a database: one in use as it stands at this moment, without hindering anybody. Blocks for as
    /// long as that takes, which is about that of reading it twice.
    ///
    /// - Throws: ``StorageError/missing(path:)``; what ``DatabaseFile/state(at:_:)`` throws for a file that is no
    ///   database of Martlet's, or a newer one; ``StorageError/unusable(path:reason:)``.
    package init(of path: String) throws(StorageError) {
        switch try DatabaseFile.state(at: path) {
        case .absent: throw .missing(path: path)
        case .older, .current: break
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: .readOnly)
            self = try queue.read { try Self(looking: $0, path) }
            try queue.close()
        } catch let error as StorageError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            throw .damagedDatabase(path: path)
        } catch {
            throw .unusable(path: path, reason: (error as? DatabaseError)?.message ?? "\(error)")
        }
    }

    private init(looking db: Database, _ path: String) throws {
        version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version > 0 else { throw StorageError.foreignDatabase(path: path) }
        let tables = try String.fetchAll(
            db,
            // Those of the index of words say nothing of their own.
            sql: """
                SELECT name FROM sqlite_schema
                WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search%'
                """
        )
        var counts: [String: Int] = [:]
        for table in tables {
            counts[table] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table.quotedDatabaseIdentifier)")
        }
        self.counts = counts
        faults = try [
            Self.integrity(db),
            Self.foreignKeys(db),
            Self.fault(.seqHoles, Self.seqHoles("messages"), db),
            Self.fault(.noteSeqHoles, counts["notes"] == nil ? nil : Self.seqHoles("notes"), db),
            Self.fault(.lastSeq, Self.lastSeq, db),
            Self.fault(.duplicateClientIds, Self.duplicateClientIDs, db),
            Self.fault(.messagesAfterClose, Self.messagesAfterClose, db),
            Self.fault(.ticketCounts, counts["ticketCounts"] == nil ? nil : Self.ticketCounts, db),
        ]
        .compactMap(\.self)
    }

    private static func integrity(_ db: Database) throws -> Fault? {
        let found = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(integrityLimit))")
        return found == ["ok"] ? nil : fault(.integrity, found)
    }

    private static func foreignKeys(_ db: Database) throws -> Fault? {
        fault(
            .foreignKeys,
            try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
                .map { row in
                    "a row of \(row[0] as String? ?? "?") points to nothing in \(row[2] as String? ?? "?")"
                }
        )
    }

    /// - Parameter sql: Nil if the database is of a version that does not have the table yet.
    private static func fault(_ check: Check, _ sql: String?, _ db: Database) throws -> Fault? {
        fault(check, try sql.map { try String.fetchAll(db, sql: $0) } ?? [])
    }

    private static func fault(_ check: Check, _ found: [String]) -> Fault? {
        found.isEmpty ? nil : Fault(check: check, count: found.count, examples: Array(found.prefix(exampleLimit)))
    }

    private static func seqHoles(_ table: String) -> String {
        """
        SELECT 'ticket ' || ticketRow || ': ' || count(*) || ' \(table), numbered ' || min(seq) || ' to ' || max(seq)
        FROM \(table) GROUP BY ticketRow HAVING min(seq) <> 1 OR max(seq) <> count(*)
        """
    }

    private static let lastSeq = """
        SELECT 'ticket ' || row || ': says ' || lastSeq || ', has ' || coalesce(last, 0)
        FROM tickets LEFT JOIN (SELECT ticketRow, max(seq) AS last FROM messages GROUP BY ticketRow) ON ticketRow = row
        WHERE lastSeq <> coalesce(last, 0)
        """

    /// No index holds them apart: see ``WorkingTickets``.
    private static let duplicateClientIDs = """
        SELECT 'ticket ' || ticketRow || ': ' || count(*) || ' messages ' || clientId
        FROM messages NOT INDEXED WHERE clientId IS NOT NULL
        GROUP BY ticketRow, senderRow, clientId HAVING count(*) > 1
        """

    private static let messagesAfterClose = """
        SELECT 'ticket ' || ticketRow || ': message ' || seq
        FROM tickets JOIN messages ON ticketRow = row WHERE status = 'closed' AND timestamp > closedAt
        """

    private static let ticketCounts = """
        SELECT status || ' tickets of assignee ' || assignee || ': ' || sum(count) || ' more than counted'
        FROM (
            SELECT status, ifnull(assigneeRow, 0) AS assignee, 1 AS count FROM tickets
            UNION ALL
            SELECT status, assigneeRow, -count FROM ticketCounts
        )
        GROUP BY status, assignee HAVING sum(count) <> 0
        """
}
