import Desk
import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension StoreTrouble {
    /// Which errors of SQLite make the store unavailable for writing; nil for one that concerns a single write.
    /// What follows from it stands in ``GroupCommit``.
    ///
    /// - Parameter path: Of the database: a file system that stops taking writes gives SQLite no more than an
    ///   I/O error, and says itself what it is.
    init?(_ error: any Error, at path: String) {
        guard let error = error as? DatabaseError else { return nil }
        switch error.resultCode {
        case .SQLITE_FULL: self = .diskFull
        case .SQLITE_READONLY: self = .readOnly
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked
        case .SQLITE_IOERR, .SQLITE_CANTOPEN: self = Self.fileSystem(at: path) ?? .ioError
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_PROTOCOL, .SQLITE_PERM, .SQLITE_AUTH: self = .ioError
        default: return nil
        }
    }

    private static func fileSystem(at path: String) -> StoreTrouble? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        if status.f_flag & UInt(ST_RDONLY) != 0 { return .readOnly }
        return status.f_bavail == 0 ? .diskFull : nil
    }
}
