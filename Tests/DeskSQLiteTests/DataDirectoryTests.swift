import Desk
import DeskStoreContract
import Foundation
import Testing

@testable import DeskSQLite

struct DataDirectoryTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    private func directory() throws(StorageError) -> DataDirectory {
        try DataDirectory(path: scratch.path + "/deep/data")
    }

    @Test func `a missing directory is created for its owner alone`() throws {
        let directory = try directory()
        #expect(try Scratch.mode(of: directory.path) == 0o700)
        #expect(try self.directory().databasePath == directory.path + "/martlet.sqlite")
    }

    @Test func `what others may look into is named`() throws {
        let directory = try directory()
        #expect(directory.openToOthers.isEmpty)
        #expect(!DataDirectory.hasDatabase(at: directory.path))
        try directory.openStoreBesideServer(report: scratch.reports.add).close()
        #expect(DataDirectory.hasDatabase(at: directory.path))
        #expect(directory.openToOthers.isEmpty)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: directory.databasePath)
        #expect(directory.openToOthers == [directory.path, directory.databasePath])
    }

    @Test func `a directory that cannot be written is a clear error`() throws {
        let file = scratch.path + "/file"
        try Data().write(to: URL(filePath: file))
        for path in [file, file + "/data", "/proc/martlet"] {
            let error = #expect(throws: StorageError.self) { try DataDirectory(path: path) }
            #expect(error?.description.hasPrefix("cannot write to \(path): ") == true)
            #expect(error?.description.contains("\n") == false)
        }
        #expect(try scratch.snapshot() == ["file": Data()])
    }

    @Test func `one server at a time holds the lock`() throws {
        let directory = try directory()
        do {
            let lock = try directory.lock()
            #expect(throws: StorageError.inUse(path: directory.path)) { try directory.lock() }
            withExtendedLifetime(lock) {}
        }
        _ = try directory.lock()
    }

    @Test func `a secret is made once, for its owner alone`() throws {
        let directory = try directory()
        let secret = try directory.secret(.login)
        #expect(secret.count == 32)
        #expect(try directory.secret(.login) == secret)
        #expect(try directory.secret(.guest) != secret)
        #expect(try Scratch.mode(of: directory.path + "/jwt-secret") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 2)
    }

    @Test func `all who ask for a secret at once get the same`() async throws {
        let directory = try directory()
        let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<20 { group.addTask { try directory.secret(.guest) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(secrets.count == 1)
    }

    @Test(arguments: [0, 31, 33])
    func `a secret of another length is refused and kept`(length: Int) throws {
        let path = try directory().path + "/guest-secret"
        try Data(count: length).write(to: URL(filePath: path))
        #expect(throws: StorageError.brokenSecret(path: path)) { try directory().secret(.guest) }
        #expect(try Data(contentsOf: URL(filePath: path)).count == length)
    }

    @Test func `a command makes the database, but not beside a server`() async throws {
        let directory = try directory()
        do {
            let lock = try directory.lock()
            #expect(throws: StorageError.olderDatabase(path: directory.databasePath)) {
                try directory.openStoreBesideServer(report: scratch.reports.add)
            }
            withExtendedLifetime(lock) {}
        }
        let account = try await Bench(store: try directory.openStoreBesideServer(report: scratch.reports.add)).account()
        let lock = try directory.lock()
        let beside = Bench(store: try directory.openStoreBesideServer(report: scratch.reports.add))
        #expect(try await beside.desk.accounts() == [account])
        withExtendedLifetime(lock) {}
    }

    @Test func `a rotated secret is kept as long as it is of use, and then deleted`() throws {
        let data = try DataDirectory(path: scratch.path)
        let first = try data.loginSecrets(at: 0, life: 100)
        #expect(first.current.count == 32 && first.retired.isEmpty)
        try data.rotateLoginSecret(at: 1000)
        try data.rotateLoginSecret(at: 1050)
        let both = try data.loginSecrets(at: 1100, life: 100)
        #expect(both.retired.count == 2 && both.retired.contains(first.current))
        #expect(!both.retired.contains(both.current) && both.current != first.current)
        let one = try data.loginSecrets(at: 1101, life: 100)
        #expect(one.current == both.current && one.retired == both.retired.filter { $0 != first.current })
        let none = try data.loginSecrets(at: 1151, life: 100)
        #expect(none.current == both.current && none.retired.isEmpty)
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(files.filter { $0.hasPrefix("jwt-secret") } == ["jwt-secret"])
    }
}
