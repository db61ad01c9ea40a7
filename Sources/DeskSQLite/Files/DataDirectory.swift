#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Everything that Martlet keeps on this machine, in one directory that only its owner may enter.
package struct DataDirectory: Sendable {
    package let path: String

    package var databasePath: String { path + "/martlet.sqlite" }

    /// Creates the directory (mode 0700) if it is missing, and those above it.
    ///
    /// - Throws: ``StorageError/notWritable(path:reason:)``.
    package init(path: String) throws(StorageError) {
        self.path = path
        do {
            try Self.create(path)
            guard access(path, R_OK | W_OK | X_OK) == 0 else { throw FileDescriptor.Failure.latest }
        } catch {
            throw .notWritable(path: path, reason: "\(error)")
        }
    }

    /// Of the directory and the database, those that others than the owner may enter or read. Martlet leaves
    /// the modes of what it finds alone: somebody chose them.
    package var openToOthers: [String] {
        [path, databasePath]
            .filter { path in
                guard let status = try? FileStatus(of: path) else { return false }
                return status.isOpenToOthers
            }
    }

    /// Whether there is a database in the directory of that path.
    package static func hasDatabase(at path: String) -> Bool {
        access(path + "/martlet.sqlite", F_OK) == 0
    }

    /// Held by a server as long as it runs; released when the value is gone, or its process.
    ///
    /// - Throws: ``StorageError/inUse(path:)`` if another process holds it; what ``DatabaseFile/state(at:)`` throws, and
    ///   then nothing was touched.
    package func lock() throws(StorageError) -> Lock {
        if !Restore(into: self).isUnfinished { _ = try DatabaseFile.state(at: databasePath) }
        return try lockWhatever()
    }

    /// The same, also where the database is of no use. A restore that was interrupted is finished.
    func lockWhatever() throws(StorageError) -> Lock {
        let lock: Lock
        do {
            let file = try FileDescriptor(opening: path + "/lock", O_RDWR | O_CREAT)
            guard try file.lock() else { throw StorageError.inUse(path: path) }
            lock = Lock(file: file)
        } catch let error as StorageError {
            throw error
        } catch {
            throw .notWritable(path: path, reason: "\(error)")
        }
        try Restore(into: self).finish()
        return lock
    }

    package final class Lock: Sendable {
        private let file: FileDescriptor

        init(file: consuming FileDescriptor) {
            self.file = file
        }
    }

    /// Opens the store for a command that may run beside a server: migrates only if none runs.
    ///
    /// - Throws: ``StorageError/olderDatabase(path:)`` if a server runs and the database is not what
    ///   this program would make of it.
    package func openStoreBesideServer(report: @escaping SQLiteStore.Report) throws(StorageError) -> SQLiteStore {
        if !Restore(into: self).isUnfinished, try DatabaseFile.state(at: databasePath) == .current {
            return try SQLiteStore(path: databasePath, migrates: false, report: report)
        }
        do {
            let lock = try self.lock()
            return try withExtendedLifetime(lock) { () throws(StorageError) in
                try SQLiteStore(path: databasePath, migrates: true, report: report)
            }
        } catch .inUse {
            return try SQLiteStore(path: databasePath, migrates: false, report: report)
        }
    }

    /// What signs logins and guest tokens. A case is the name of the file, and belongs to each backup.
    package enum Secret: String, CaseIterable, Sendable {
        case login = "jwt-secret"
        case guest = "guest-secret"
    }

    /// 32 random bytes that stay the same: made at the first call, kept in a file with mode 0600.
    package func secret(_ secret: Secret) throws(StorageError) -> [UInt8] {
        try SecretFile.readOrCreate(at: path(of: secret))
    }

    /// Whatever may lie in it while it is served from.
    var files: [String] {
        ["", "-wal", "-shm"].map { databasePath + $0 } + [path + "/lock"] + Secret.allCases.map { path(of: $0) }
    }

    func path(of secret: Secret) -> String {
        path + "/" + secret.rawValue
    }

    private static func create(_ path: String) throws(FileDescriptor.Failure) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw .latest }
        try create(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .latest }
    }
}
