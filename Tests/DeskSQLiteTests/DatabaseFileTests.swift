import Desk
import DeskStoreContract
import Foundation
import GRDB
import Testing

@testable import DeskSQLite

struct DatabaseFileTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    /// Runs SQL on the file as another program would.
    private func execute(_ sql: String) throws {
        let queue = try DatabaseQueue(path: scratch.databasePath)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func openingFails(_ error: StorageError, migrates: Bool = true) throws {
        let before = try scratch.snapshot()
        #expect(throws: error) { try scratch.store(migrates: migrates) }
        #expect(try scratch.snapshot() == before)
    }

    @Test func `a database of a newer version stays byte for byte as it is`() async throws {
        let store = try scratch.store()
        _ = try await Bench(store: store).account()
        store.close()
        try execute("PRAGMA user_version = 99")
        for migrates in [true, false] {
            try openingFails(
                .newerDatabase(path: scratch.databasePath, version: 99, supported: Schema.current.version),
                migrates: migrates
            )
        }
    }

    @Test func `a newer version that stands only in the log is refused too`() async throws {
        let store = try scratch.store()
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
        let copy = try scratch.copy()
        #expect(
            throws: StorageError.newerDatabase(path: copy.databasePath, version: 99, supported: Schema.current.version)
        ) {
            try copy.store()
        }
    }

    @Test func `the database of another program stays byte for byte as it is`() throws {
        try execute("CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f)")
        try openingFails(.foreignDatabase(path: scratch.databasePath))
        try execute("PRAGMA user_version = 1; PRAGMA application_id = 7")
        try openingFails(.foreignDatabase(path: scratch.databasePath))
    }

    @Test(arguments: ["x", String(repeating: "not a database ", count: 20)])
    func `a file that is no database stays byte for byte as it is`(content: String) throws {
        try Data(content.utf8).write(to: URL(filePath: scratch.databasePath))
        try openingFails(.foreignDatabase(path: scratch.databasePath))
    }

    @Test func `beside a server nothing is created or migrated`() throws {
        try openingFails(.olderDatabase(path: scratch.databasePath), migrates: false)
        #expect(try scratch.snapshot().isEmpty)
    }

    @Test func `an older database is brought up to date, but not beside a server`() async throws {
        try DatabasePool(path: scratch.databasePath).close()
        #expect(throws: StorageError.olderDatabase(path: scratch.databasePath)) { try scratch.store(migrates: false) }
        _ = try await Bench(store: try scratch.store()).account()
        #expect(try await Bench(store: try scratch.store(migrates: false)).desk.accounts().count == 1)
    }

    @Test func `a first start that was killed is started over`() async throws {
        try Data().write(to: URL(filePath: scratch.databasePath))
        try scratch.store().close()
        try FileManager.default.removeItem(atPath: scratch.databasePath)
        // Opened, but killed before the first migration.
        try DatabasePool(path: scratch.databasePath).close()
        _ = try await Bench(store: try scratch.store()).account()
    }

    @Test(arguments: [1, 3])
    func `a database without its end stays byte for byte as it is`(pages: Int) async throws {
        let store = try scratch.store()
        _ = try await Bench(store: store).account()
        store.close()
        try scratch.truncate(toPages: pages)
        for migrates in [true, false] {
            try openingFails(.damagedDatabase(path: scratch.databasePath), migrates: migrates)
        }
    }

    @Test func `a database whose end is neither there nor in the log is refused`() async throws {
        let store = try scratch.store()
        _ = try await Bench(store: store).account()
        store.close()
        let again = try scratch.store()
        _ = try await Bench(store: again).account("second")
        let copy = try scratch.copy()
        try copy.store().close()
        let damaged = try scratch.copy()
        try damaged.truncate(toPages: 3)
        #expect(throws: StorageError.damagedDatabase(path: damaged.databasePath)) { try damaged.store() }
        again.close()
    }

    @Test func `a database that was written over is refused`() async throws {
        let store = try scratch.store()
        _ = try await Bench(store: store).account()
        store.close()
        var content = try Data(contentsOf: URL(filePath: scratch.databasePath))
        content.replaceSubrange(4096 * 3..<4096 * 5, with: Data(repeating: 0xA5, count: 4096 * 2))
        try content.write(to: URL(filePath: scratch.databasePath))
        #expect(throws: StorageError.damagedDatabase(path: scratch.databasePath)) { try scratch.store() }
    }

    @Test func `the readers are open before they are needed`() async throws {
        func descriptors() throws -> Int {
            let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            return links.count { link in
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + link)
                return target?.hasPrefix(scratch.path) == true
            }
        }
        let store = try scratch.store()
        let before = try descriptors()
        try store.openReaders()
        let opened = try descriptors()
        #expect(opened > before)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = try? await store.accounts() } }
        }
        #expect(try descriptors() == opened)
        store.close()
    }

    @Test func `a directory in the place of the database is a clear error`() throws {
        try FileManager.default.createDirectory(atPath: scratch.databasePath, withIntermediateDirectories: false)
        let error = #expect(throws: StorageError.self) { try scratch.store() }
        #expect(error?.description.contains(scratch.databasePath) == true)
    }
}
