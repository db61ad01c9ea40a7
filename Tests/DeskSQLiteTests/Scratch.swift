import Desk
import DeskSQLite
import DeskStoreContract
import Foundation
import Synchronization

/// A directory of its own for one test, gone with the value.
final class Scratch: Sendable {
    let path: String
    let reports = Reports()

    /// What the store would have logged.
    final class Reports: Sendable {
        private let list = Mutex<[SQLiteStore.Incident]>([])

        func add(_ incident: SQLiteStore.Incident) {
            list.withLock { $0.append(incident) }
        }

        var count: Int { list.withLock(\.count) }
    }

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var databasePath: String { path + "/desk.sqlite" }

    func store(migrates: Bool = true) throws(StorageError) -> SQLiteStore {
        try SQLiteStore(path: databasePath, migrates: migrates, report: reports.add)
    }

    /// Names and contents of everything in the directory.
    func snapshot() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: path + "/" + $0))) }
        )
    }

    /// The files as another process would find them if this one were killed now.
    func copy() throws -> Scratch {
        let copy = try Scratch()
        for (name, content) in try snapshot() where !name.hasSuffix("-shm") {
            try content.write(to: URL(filePath: copy.path + "/" + name))
        }
        return copy
    }

    /// Cuts the end of the database off.
    func truncate(toPages count: Int) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: databasePath))
        try file.truncate(atOffset: UInt64(4096 * count))
        try file.close()
    }

    static func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
