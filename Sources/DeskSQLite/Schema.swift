import GRDB

/// The tables, brought up to date one version at a time. The version is SQLite's `user_version`.
struct Schema {
    /// Marks the file as Martlet's: "Mart".
    static let applicationID = 0x4D61_7274

    /// What this program makes.
    static let current = Schema(migrations: [
        firstVersion, settings, sessionsAndSecondFactors, sites, cannedReplies, passwordLinks, audit, search, notes,
        vouchedGuests, leanerWrites, ticketCounts, steadierWrites,
    ])

    /// `migrations[n]` leads from version n to n + 1. Those that were released never change.
    var migrations: [String]

    /// What this program understands.
    var version: Int { migrations.count }

    /// Before an older database is changed, a copy of it is put beside it, named after the version it becomes.
    ///
    /// - Throws: ``StorageError/newerDatabase(path:version:supported:)``, ``StorageError/olderDatabase(path:)``
    ///   if it would have to change something and may not.
    func migrate(_ db: Database, path: String, isAllowed: Bool) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            throw StorageError.newerDatabase(path: path, version: found, supported: version)
        }
        guard found < version else { return }
        guard isAllowed else { throw StorageError.olderDatabase(path: path) }
        if found > 0 {
            try DatabaseCopy(of: path, to: "\(path).before-v\(version)").publish(replaces: true)
        } else if try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") != 0 {
            throw StorageError.foreignDatabase(path: path)
        }
        for (index, migration) in migrations.enumerated().dropFirst(found) {
            try db.inTransaction(.immediate) {
                try db.execute(sql: migration)
                try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
                try db.execute(sql: "PRAGMA user_version = \(index + 1)")
                return .commit
            }
        }
        // From now on the version stands in the file's header, where DatabaseFile looks for it.
        try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// - Guests and accounts share `users`, so that a message names its sender by one small integer.
    /// - A ticket's row is its number: AUTOINCREMENT never gives one out again.
    /// - `messages` is ordered by ticket and seq in itself; its ids have no index since nothing is
    ///   looked up by them.
    private static let firstVersion = """
        CREATE TABLE users (
            row INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE guests (
            row INTEGER PRIMARY KEY REFERENCES users,
            name TEXT,
            email TEXT,
            isVerified INTEGER NOT NULL,
            createdAt INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE accounts (
            row INTEGER PRIMARY KEY REFERENCES users,
            username TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            passwordHash TEXT NOT NULL,
            isDisabled INTEGER NOT NULL,
            createdAt INTEGER NOT NULL,
            changedAt INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX accountsByChange ON accounts (changedAt);

        CREATE TABLE loginSessions (
            id TEXT PRIMARY KEY NOT NULL,
            accountRow INTEGER NOT NULL REFERENCES accounts,
            createdAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            endedAt INTEGER,
            endReason TEXT,
            changedAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX loginSessionsByAccount ON loginSessions (accountRow) WHERE endedAt IS NULL;
        CREATE INDEX loginSessionsByChange ON loginSessions (changedAt);

        CREATE TABLE setupLinks (
            tokenHash TEXT PRIMARY KEY NOT NULL,
            expiresAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE tickets (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            guestRow INTEGER NOT NULL REFERENCES guests,
            clientId TEXT,
            subject TEXT NOT NULL,
            status TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            activityAt INTEGER NOT NULL,
            closedAt INTEGER,
            closedById TEXT,
            closedByRole TEXT,
            closedByName TEXT,
            assigneeRow INTEGER REFERENCES accounts,
            lastSeq INTEGER NOT NULL,
            lastMessageAt INTEGER,
            lastText TEXT,
            lastSenderRole TEXT,
            readByGuest INTEGER NOT NULL,
            readByAgents INTEGER NOT NULL,
            version INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX ticketsByClientId ON tickets (guestRow, clientId) WHERE clientId IS NOT NULL;
        CREATE INDEX ticketsByGuest ON tickets (guestRow, status, activityAt);
        CREATE INDEX ticketsByActivity ON tickets (status, activityAt, row);
        CREATE INDEX ticketsByAssignee ON tickets (assigneeRow, status);

        CREATE TABLE messages (
            ticketRow INTEGER NOT NULL REFERENCES tickets,
            seq INTEGER NOT NULL,
            id TEXT NOT NULL,
            senderRow INTEGER NOT NULL REFERENCES users,
            senderRole TEXT NOT NULL,
            senderName TEXT NOT NULL,
            text TEXT NOT NULL,
            timestamp INTEGER NOT NULL,
            clientId TEXT,
            PRIMARY KEY (ticketRow, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX messagesByClientId ON messages (clientId, ticketRow, senderRow)
            WHERE clientId IS NOT NULL;
        """

    private static let settings = """
        CREATE TABLE settings (
            name TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// - Of a session, what its owner tells it by.
    /// - `totpSecret` is sealed by the server; `recoveryCodes` are hashes with spaces between. Both are there or neither.
    private static let sessionsAndSecondFactors = """
        ALTER TABLE loginSessions ADD COLUMN lastUsedAt INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE loginSessions ADD COLUMN browser TEXT;
        UPDATE loginSessions SET lastUsedAt = createdAt;

        ALTER TABLE accounts ADD COLUMN requiresSecondFactor INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE accounts ADD COLUMN totpSecret TEXT;
        ALTER TABLE accounts ADD COLUMN totpLastStep INTEGER;
        ALTER TABLE accounts ADD COLUMN recoveryCodes TEXT;
        """

    /// - `origins` has spaces between, `periods` is `day from to` with commas between; a site has both of `timeZone` and
    ///   `periods`, or neither.
    private static let sites = """
        CREATE TABLE sites (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            origins TEXT NOT NULL,
            color TEXT NOT NULL,
            position TEXT NOT NULL,
            greeting TEXT NOT NULL,
            title TEXT NOT NULL,
            timeZone TEXT,
            periods TEXT,
            secret TEXT,
            createdAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// Only added to. REPLACE deletes without a trigger's knowing, so it is refused before it does.
    private static let audit = """
        CREATE TABLE audit (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actorKind TEXT NOT NULL,
            actorId TEXT,
            actorName TEXT,
            action TEXT NOT NULL,
            targetKind TEXT,
            targetId TEXT,
            targetName TEXT,
            detail TEXT
        ) STRICT;
        CREATE INDEX auditByAction ON audit (action, row);
        CREATE TRIGGER auditIsNotChanged BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
        CREATE TRIGGER auditIsNotDeleted BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
        CREATE TRIGGER auditIsNotReplaced BEFORE INSERT ON audit
            WHEN EXISTS (SELECT 1 FROM audit WHERE row = NEW.row)
            BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
        """

    private static let cannedReplies = """
        CREATE TABLE cannedReplies (
            id TEXT PRIMARY KEY NOT NULL,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            updatedAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let passwordLinks = """
        CREATE TABLE passwordLinks (
            accountRow INTEGER PRIMARY KEY REFERENCES accounts,
            tokenHash TEXT NOT NULL UNIQUE,
            expiresAt INTEGER NOT NULL
        ) STRICT;
        """

    /// - The index keeps no text, only words: what it says is read where it was written. A row of it is a row of
    ///   `searchPlaces`, in the order in which they were indexed.
    /// - A ticket has been indexed up to `searchedSeq`, and its head if `isHeadSearched`; `searchQueue` has those with
    ///   something left to do. `head` is the text of a ticket's head as it was indexed.
    private static let search = """
        ALTER TABLE tickets ADD COLUMN searchedSeq INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tickets ADD COLUMN isHeadSearched INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX ticketsToSearch ON tickets (activityAt, row) WHERE lastSeq > searchedSeq OR isHeadSearched = 0;

        CREATE TABLE searchPlaces (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            ticketRow INTEGER NOT NULL REFERENCES tickets,
            kind TEXT NOT NULL,
            seq INTEGER NOT NULL,
            head TEXT
        ) STRICT;
        CREATE INDEX searchPlacesByTicket ON searchPlaces (ticketRow, kind, seq);

        CREATE VIRTUAL TABLE search USING fts5 (
            text, content = '', tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
        );
        """

    /// Notes are apart from messages, so that nothing a guest can reach is different for them.
    private static let notes = """
        CREATE TABLE notes (
            ticketRow INTEGER NOT NULL REFERENCES tickets,
            seq INTEGER NOT NULL,
            id TEXT NOT NULL,
            afterSeq INTEGER NOT NULL,
            authorRow INTEGER NOT NULL REFERENCES accounts,
            authorName TEXT NOT NULL,
            text TEXT NOT NULL,
            timestamp INTEGER NOT NULL,
            clientId TEXT,
            isSearched INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (ticketRow, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX notesByClientId ON notes (clientId, ticketRow, authorRow) WHERE clientId IS NOT NULL;
        CREATE INDEX notesToSearch ON notes (timestamp) WHERE isSearched = 0;
        """

    /// - A ticket's site, and the ids of guests who go by another one since a site has vouched for them.
    private static let vouchedGuests = """
        ALTER TABLE tickets ADD COLUMN siteId TEXT NOT NULL DEFAULT 'default';

        CREATE TABLE retiredGuests (
            id TEXT PRIMARY KEY NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// - What a ticket's messages have for client ids, the writer remembers (``WorkingTickets``).
    /// - The index of words kept the length of each text, which only ranking asks for. All is indexed anew.
    private static let leanerWrites = """
        DROP INDEX messagesByClientId;

        DROP TABLE search;
        DELETE FROM searchPlaces;
        UPDATE tickets SET searchedSeq = 0, isHeadSearched = 0;
        UPDATE notes SET isSearched = 0;
        CREATE VIRTUAL TABLE search USING fts5 (
            text, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
        );
        """

    /// How many tickets there are of a status and an assignee, 0 for nobody: each list says so, and to count a million
    /// closed ones takes longer than all else about it.
    private static let ticketCounts = """
        CREATE TABLE ticketCounts (
            status TEXT NOT NULL,
            assigneeRow INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (status, assigneeRow)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO ticketCounts SELECT status, ifnull(assigneeRow, 0), count(*) FROM tickets GROUP BY 1, 2;

        CREATE TRIGGER ticketIsCounted AFTER INSERT ON tickets BEGIN
            INSERT INTO ticketCounts VALUES (NEW.status, ifnull(NEW.assigneeRow, 0), 1)
                ON CONFLICT DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER ticketIsCountedOut AFTER DELETE ON tickets BEGIN
            UPDATE ticketCounts SET count = count - 1
                WHERE status = OLD.status AND assigneeRow = ifnull(OLD.assigneeRow, 0);
        END;
        CREATE TRIGGER ticketIsCountedAnew AFTER UPDATE OF status, assigneeRow ON tickets BEGIN
            UPDATE ticketCounts SET count = count - 1
                WHERE status = OLD.status AND assigneeRow = ifnull(OLD.assigneeRow, 0);
            INSERT INTO ticketCounts VALUES (NEW.status, ifnull(NEW.assigneeRow, 0), 1)
                ON CONFLICT DO UPDATE SET count = count + 1;
        END;
        """

    /// - A message no longer changes an index for each thing that is looked for by tickets' activity: a guest's are few and
    ///   sorted when asked for, and those with words to be indexed stand in a queue, once.
    /// - The index of words no longer merges by itself (``SearchIndex/merge(in:)``).
    private static let steadierWrites = """
        DROP INDEX ticketsByGuest;
        CREATE INDEX ticketsByGuest ON tickets (guestRow, status);

        CREATE TABLE searchQueue (
            place INTEGER PRIMARY KEY,
            ticketRow INTEGER NOT NULL UNIQUE REFERENCES tickets ON DELETE CASCADE
        ) STRICT;
        INSERT INTO searchQueue (ticketRow)
            SELECT row FROM tickets WHERE lastSeq > searchedSeq OR isHeadSearched = 0 ORDER BY activityAt, row;
        DROP INDEX ticketsToSearch;
        CREATE TRIGGER ticketIsQueued AFTER INSERT ON tickets BEGIN
            INSERT INTO searchQueue (ticketRow) VALUES (NEW.row);
        END;
        CREATE TRIGGER ticketIsQueuedAnew AFTER UPDATE OF lastSeq, isHeadSearched ON tickets
            WHEN NEW.lastSeq > NEW.searchedSeq OR NEW.isHeadSearched = 0 BEGIN
            INSERT OR IGNORE INTO searchQueue (ticketRow) VALUES (NEW.row);
        END;

        INSERT INTO search (search, rank) VALUES ('automerge', 0);
        INSERT INTO search (search, rank) VALUES ('usermerge', 8);
        """
}
