import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Puts a backup into a data directory.
///
/// What is new is laid out in full beside what is there, in a directory that gets its name once all of it is on
/// disk. From then on a crash does not matter: of each move can be told whether it was made, and whoever takes
/// the lock next makes those that are missing. What was there stays, in a directory named after the time.
package struct Restore {
    private let data: DataDirectory

    private var partial: String { data.path + "/restore.partial" }
    private var complete: String { data.path + "/restore" }

    init(into data: DataDirectory) {
        self.data = data
    }

    /// - Returns: Where the files that were there before lie now; nil if there were none.
    /// - Throws: ``StorageError``: ``StorageError/inUse(path:)`` while a server runs on the directory. Then
    ///   nothing was changed.
    package static func put(_ backup: String, into data: DataDirectory) throws(StorageError) -> String? {
        let lock = try data.lockWhatever()
        defer { withExtendedLifetime(lock) {} }
        let restore = Restore(into: data)
        try restore.layOut(backup)
        return try restore.finish()
    }

    var isUnfinished: Bool {
        access(complete, F_OK) == 0
    }

    func layOut(_ backup: String) throws(StorageError) {
        remove(partial)
        defer { remove(partial) }
        do {
            for path in [partial, partial + "/new", partial + "/old"] {
                guard mkdir(path, 0o700) == 0 else { throw FileDescriptor.Failure.latest }
            }
            let database = partial + "/new/martlet.sqlite"
            try DatabaseCopy(of: backup, to: database).publish(replaces: false)
            for (secret, bytes) in try Backup.takeSecrets(from: database) {
                try SecretFile.create(at: partial + "/new/" + secret.rawValue, bytes)
            }
            try FileDescriptor(opening: database, O_RDWR).sync()
            try FileDescriptor.syncDirectory(of: database)
            try FileDescriptor.syncDirectory(of: partial + "/new")
            try move(partial, to: complete)
            try FileDescriptor.syncDirectory(of: complete)
        } catch let error as StorageError {
            throw error
        } catch {
            throw .notWritable(path: data.path, reason: "\(error)")
        }
    }

    /// Makes the moves that are missing, if there are any. The caller holds the lock.
    ///
    /// - Returns: Where the files that were there before lie now.
    @discardableResult
    func finish() throws(StorageError) -> String? {
        guard isUnfinished else { return nil }
        do {
            // While the new database is not in its place, a log there is that of the old one.
            if exists(new("martlet.sqlite")) {
                for name in ["martlet.sqlite-wal", "martlet.sqlite-shm"] where exists(there(name)) {
                    try move(there(name), to: old(name))
                }
            }
            for name in ["martlet.sqlite"] + DataDirectory.Secret.allCases.map(\.rawValue) where exists(new(name)) {
                if exists(there(name)) { try move(there(name), to: old(name)) }
                try move(new(name), to: there(name))
            }
            try FileDescriptor.syncDirectory(of: data.databasePath)
            return try putAside()
        } catch {
            throw .notWritable(path: data.path, reason: "\(error)")
        }
    }

    private func putAside() throws(FileDescriptor.Failure) -> String? {
        var aside: String?
        // Fails if something is in it, and then it is kept.
        if exists(complete + "/old"), rmdir(complete + "/old") != 0 {
            let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            let path = data.path + "/before-restore-" + time.replacing(":", with: "-")
            try move(complete + "/old", to: path)
            aside = path
        }
        remove(complete)
        try FileDescriptor.syncDirectory(of: data.databasePath)
        return aside
    }

    private func there(_ name: String) -> String { data.path + "/" + name }
    private func new(_ name: String) -> String { complete + "/new/" + name }
    private func old(_ name: String) -> String { complete + "/old/" + name }

    private func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    private func move(_ path: String, to target: String) throws(FileDescriptor.Failure) {
        guard rename(path, target) == 0 else { throw .latest }
    }

    /// Of what is only ours. What cannot be removed is in nobody's way but the next restore's, which says so.
    private func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }
}
