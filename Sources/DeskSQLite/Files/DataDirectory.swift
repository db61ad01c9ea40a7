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

    /// What signs logins and guest tokens, and seals second factors. A case is the name of the file, and belongs to each backup.
    package enum Secret: String, CaseIterable, Sendable {
        case login = "jwt-secret"
        case guest = "guest-secret"
        case account = "account-secret"
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

    /// The secret that signs logins, and those that did until lately. The first call makes one.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - life: Milliseconds for which a retired one is still of use; after that its file is deleted.
    package func loginSecrets(at now: Int64, life: Int64) throws(StorageError) -> (current: [UInt8], retired: [[UInt8]])
    {
        let current = try secret(.login)
        var retired: [[UInt8]] = []
        for (name, retiredAt) in try retiredSecrets() {
            if retiredAt + life < now {
                unlink(path + "/" + name)
            } else if let secret = try SecretFile.read(at: path + "/" + name), secret != current {
                retired.append(secret)
            }
        }
        return (current, retired)
    }

    /// Makes another secret that signs logins; the one before is retired. A server that runs sees both or neither.
    ///
    /// - Parameter now: Milliseconds since 1970.
    package func rotateLoginSecret(at now: Int64) throws(StorageError) {
        _ = try secret(.login)
        let current = path(of: .login)
        try SecretFile.replace(at: current, keeping: current + Self.retiredMark + String(now))
    }

    private static let retiredMark = ".retired-"

    /// Those beside the secret that signs logins, with the time that is in their names.
    private func retiredSecrets() throws(StorageError) -> [(name: String, retiredAt: Int64)] {
        let names: [String]
        do {
            names = try FileDescriptor.names(in: path)
        } catch {
            throw .unusable(path: path, reason: "\(error)")
        }
        let start = Secret.login.rawValue + Self.retiredMark
        return names.sorted()
            .compactMap { name in
                guard name.hasPrefix(start), let time = Int64(name.dropFirst(start.count)) else { return nil }
                return (name, time)
            }
    }

    private static func create(_ path: String) throws(FileDescriptor.Failure) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw .latest }
        try create(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .latest }
    }
}
