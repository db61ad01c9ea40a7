import Desk
import DeskStoreContract
import Foundation
import GRDB
import Testing

@testable import DeskSQLite

struct CopyTests {
    private let scratch: Scratch
    private let data: DataDirectory

    init() throws {
        scratch = try Scratch()
        data = try DataDirectory(path: scratch.path + "/data")
    }

    private var file: String { scratch.path + "/backup" }

    private func store(_ data: DataDirectory? = nil) throws -> SQLiteStore {
        try SQLiteStore(path: (data ?? self.data).databasePath, migrates: true, report: scratch.reports.add)
    }

    /// A ticket with three messages.
    private func fill(_ store: SQLiteStore) async throws -> (bench: Bench, guest: Principal, ticket: Ticket) {
        let bench = Bench(store: store)
        let guest = bench.guest("Ada")
        let ticket = try await bench.ticket(by: guest)
        for number in 1...3 {
            _ = try await bench.desk.postMessage(
                "m\(number)",
                to: ticket.id,
                clientID: ClientID("\(number)"),
                by: guest
            )
        }
        return (bench, guest, ticket)
    }

    private func execute(_ sql: String, at path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + sql) }
        try queue.close()
    }

    // MARK: - Backup

    @Test func `a backup is one file for its owner alone, and restores everything elsewhere`() async throws {
        let secrets = try DataDirectory.Secret.allCases.map(data.secret)
        let store = try store()
        let (bench, guest, ticket) = try await fill(store)
        let history = try await bench.desk.history(of: ticket.id, HistoryRange(), for: guest)
        let saved = try Backup.save(data, to: file, replaces: false)
        #expect(saved.faults.isEmpty)
        #expect(saved.counts["messages"] == 3)
        #expect(try Scratch.mode(of: file) == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["backup", "data"])
        store.close()

        let other = try DataDirectory(path: scratch.path + "/other")
        #expect(try Restore.put(file, into: other) == nil)
        #expect(try DataDirectory.Secret.allCases.map(other.secret) == secrets)
        #expect(try Verification(of: other.databasePath).counts == Verification(of: data.databasePath).counts)
        for name in try FileManager.default.contentsOfDirectory(atPath: other.path) {
            #expect(try Scratch.mode(of: other.path + "/" + name) == 0o600)
        }
        let again = try self.store(other)
        let restored = Bench(store: again)
        #expect(try await restored.desk.history(of: ticket.id, HistoryRange(), for: guest) == history)
        #expect(try await restored.desk.postMessage("m4", to: ticket.id, by: guest).seq == 4)
        again.close()
    }

    @Test func `a backup beside writing is sound, and has what was acknowledged before`() async throws {
        let store = try store()
        let (bench, guest, ticket) = try await fill(store)
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    while !Task.isCancelled { _ = try await bench.desk.postMessage("more", to: ticket.id, by: guest) }
                }
            }
            for _ in 0..<5 {
                let before = try await bench.desk.ticket(ticket.id, for: guest).lastSeq
                let saved = try Backup.save(data, to: file, replaces: true)
                #expect(saved.faults.isEmpty)
                #expect(saved.counts["messages"] ?? 0 >= before)
            }
            group.cancelAll()
        }
        store.close()
    }

    @Test func `a backup replaces another only when told to, and never the data itself`() async throws {
        let store = try store()
        _ = try data.secret(.login)
        _ = try Backup.save(data, to: file, replaces: false)
        #expect(throws: StorageError.alreadyThere(path: file)) { try Backup.save(data, to: file, replaces: false) }
        _ = try Backup.save(data, to: file, replaces: true)
        for own in ["martlet.sqlite", "martlet.sqlite-wal", "jwt-secret"] {
            #expect(throws: StorageError.self) { try Backup.save(data, to: data.path + "/" + own, replaces: true) }
        }
        #expect(throws: StorageError.self) { try Backup.save(data, to: scratch.path + "/none/backup", replaces: true) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["backup", "data"])
        _ = try await fill(store)
        store.close()
    }

    // MARK: - Verification

    @Test(
        arguments: [
            ("", nil),
            ("UPDATE messages SET seq = 9 WHERE seq = 2", .seqHoles),
            ("DELETE FROM messages WHERE seq = 1", .seqHoles),
            (
                "INSERT INTO notes (ticketRow, seq, id, afterSeq, authorRow, authorName, text, timestamp) VALUES (1, 2, 'n', 0, 1, '', '', 0)",
                .noteSeqHoles
            ),
            ("UPDATE tickets SET lastSeq = 4", .lastSeq),
            ("UPDATE messages SET clientId = 'x'", .duplicateClientIds),
            ("UPDATE tickets SET status = 'closed', closedAt = -1", .messagesAfterClose),
            ("UPDATE ticketCounts SET count = count + 1", .ticketCounts),
            ("INSERT INTO ticketCounts VALUES ('closed', 7, 1)", .ticketCounts),
            ("DELETE FROM guests", .foreignKeys),
            (
                "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'status, ', '') WHERE name = 'ticketsByActivity'",
                .integrity
            ),
        ] as [(String, Verification.Check?)]
    )
    func `what is wrong is found`(harm: String, check: Verification.Check?) async throws {
        let store = try store()
        _ = try await fill(store)
        store.close()
        try execute(harm, at: data.databasePath)
        let found = try Verification(of: data.databasePath)
        #expect(found.faults.map(\.check).contains { $0 == check } || check == nil && found.faults.isEmpty)
        #expect(found.faults.allSatisfy { $0.count > 0 && !$0.examples.isEmpty })
    }

    @Test func `what is no database of this program is not looked through`() throws {
        #expect(throws: StorageError.missing(path: file)) { try Verification(of: file) }
        try Data("x".utf8).write(to: URL(filePath: file))
        #expect(throws: StorageError.foreignDatabase(path: file)) { try Verification(of: file) }
    }

    // MARK: - Restore

    @Test func `a restore waits for no server, and then changes nothing`() async throws {
        let store = try store()
        _ = try await fill(store)
        _ = try Backup.save(data, to: file, replaces: false)
        let lock = try data.lock()
        #expect(throws: StorageError.inUse(path: data.path)) { try Restore.put(file, into: data) }
        withExtendedLifetime(lock) {}
        #expect(try await Bench(store: store).desk.accounts().isEmpty)
        store.close()
    }

    @Test func `what a restore takes the place of is kept whole`() async throws {
        let store = try store()
        let (bench, guest, ticket) = try await fill(store)
        let secret = try data.secret(.guest)
        _ = try Backup.save(data, to: file, replaces: false)
        try FileManager.default.removeItem(atPath: data.path + "/guest-secret")
        let other = try data.secret(.guest)
        _ = try await bench.desk.postMessage("m4", to: ticket.id, by: guest)
        // As a killed server leaves it: the newest part is in the log.
        let path = try #require(try Restore.put(file, into: data))
        store.close()
        #expect(try data.secret(.guest) == secret)
        #expect(try Verification(of: data.databasePath).counts["messages"] == 3)
        let aside = try DataDirectory(path: path)
        #expect(try aside.secret(.guest) == other)
        #expect(try Verification(of: aside.databasePath).counts["messages"] == 4)
        #expect(try !FileManager.default.contentsOfDirectory(atPath: data.path).contains { $0.hasPrefix("restore") })
    }

    @Test func `a damaged database does not stand in the way`() async throws {
        let store = try store()
        _ = try await fill(store)
        _ = try Backup.save(data, to: file, replaces: false)
        store.close()
        try Data("no database".utf8).write(to: URL(filePath: data.databasePath))
        #expect(throws: StorageError.foreignDatabase(path: data.databasePath)) { try data.lock() }
        #expect(try Restore.put(file, into: data) != nil)
        _ = try data.lock()
        #expect(try Verification(of: data.databasePath).counts["messages"] == 3)
    }

    @Test(arguments: 0...6)
    func `a restore that was interrupted is finished by the next who takes the lock`(moves: Int) async throws {
        let store = try store()
        let (bench, guest, ticket) = try await fill(store)
        let secret = try data.secret(.guest)
        _ = try Backup.save(data, to: file, replaces: false)
        _ = try await bench.desk.postMessage("m4", to: ticket.id, by: guest)
        try Restore(into: data).layOut(file)
        for (from, to) in [
            ("martlet.sqlite-wal", "restore/old/martlet.sqlite-wal"),
            ("martlet.sqlite-shm", "restore/old/martlet.sqlite-shm"),
            ("martlet.sqlite", "restore/old/martlet.sqlite"),
            ("restore/new/martlet.sqlite", "martlet.sqlite"),
            ("guest-secret", "restore/old/guest-secret"),
            ("restore/new/guest-secret", "guest-secret"),
        ]
        .prefix(moves) {
            try FileManager.default.moveItem(atPath: data.path + "/" + from, toPath: data.path + "/" + to)
        }
        _ = try data.lock()
        store.close()
        #expect(try Verification(of: data.databasePath).counts["messages"] == 3)
        #expect(try data.secret(.guest) == secret)
        let names = try FileManager.default.contentsOfDirectory(atPath: data.path)
        let aside = try #require(names.first { $0.hasPrefix("before-restore-") })
        #expect(try Verification(of: data.path + "/\(aside)/martlet.sqlite").counts["messages"] == 4)
        #expect(!names.contains { $0 == "restore" || $0 == "restore.partial" })
    }

    // MARK: - Before a migration

    @Test func `an older database is copied before it is changed`() async throws {
        let store = try store()
        _ = try await fill(store)
        store.close()
        let next = Schema(
            migrations: Schema.current.migrations + ["DELETE FROM messages; ALTER TABLE users ADD COLUMN extra TEXT"]
        )
        let copy = data.databasePath + ".before-v\(next.version)"
        try SQLiteStore(path: data.databasePath, next, migrates: true, report: scratch.reports.add).close()
        #expect(try Verification(of: copy).counts["messages"] == 3)
        #expect(try Scratch.mode(of: copy) == 0o600)
        // The program before finds what it cannot understand, and keeps its hands off.
        #expect(
            throws: StorageError.newerDatabase(
                path: data.databasePath,
                version: next.version,
                supported: next.version - 1
            )
        ) {
            try data.lock()
        }
        #expect(try Restore.put(copy, into: data) != nil)
        #expect(try Verification(of: data.databasePath).counts["messages"] == 3)
    }

    @Test func `a migration that fails leaves the database as it was`() async throws {
        let store = try store()
        _ = try await fill(store)
        store.close()
        let broken = Schema(migrations: Schema.current.migrations + ["DELETE FROM messages; SELECT nonsense"])
        #expect(throws: StorageError.self) {
            try SQLiteStore(path: data.databasePath, broken, migrates: true, report: scratch.reports.add)
        }
        #expect(try Verification(of: data.databasePath).counts["messages"] == 3)
        #expect(try Verification(of: data.databasePath + ".before-v\(broken.version)").counts["messages"] == 3)
    }
}
