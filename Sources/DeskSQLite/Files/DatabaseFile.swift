#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Looks at a database file without opening it as a database, which would already create files
/// beside it.
enum DatabaseFile {
    /// What the file itself says; the log beside it may know better.
    enum State {
        case absent, older, current
    }

    /// SQLite's file format, "The Database Header": 100 bytes, numbers big-endian.
    private enum Header {
        static let length = 100
        static let magic = Array("SQLite format 3\0".utf8)
        static let pageSize = 16
        static let changeCounter = 24
        static let pageCount = 28
        static let userVersion = 60
        static let applicationID = 68
        /// The change counter for which the page count is right.
        static let pageCountValidFor = 92
        /// The schema's page, and one that GRDB's first opening leaves free.
        static let pagesWithoutTables = 2
    }

    /// - Throws: ``StorageError/newerDatabase(path:version:supported:)``,
    ///   ``StorageError/foreignDatabase(path:)``, ``StorageError/damagedDatabase(path:)`` if the end is
    ///   missing, ``StorageError/unusable(path:reason:)``.
    static func state(at path: String, _ schema: Schema = .current) throws(StorageError) -> State {
        let header: [UInt8]
        do {
            header = try FileDescriptor(opening: path, O_RDONLY).read(atMost: Header.length)
        } catch {
            if error.code == ENOENT { return .absent }
            throw .unusable(path: path, reason: "\(error)")
        }
        if header.isEmpty { return .absent }
        guard header.count == Header.length, header.starts(with: Header.magic) else {
            throw .foreignDatabase(path: path)
        }
        let version = number(in: header, at: Header.userVersion)
        let applicationID = number(in: header, at: Header.applicationID)
        // A first start that was killed leaves a header without either; Schema looks again for tables.
        let pages = number(in: header, at: Header.pageCount)
        if version == 0, applicationID == 0, pages <= Header.pagesWithoutTables { return .older }
        guard applicationID == Schema.applicationID else { throw .foreignDatabase(path: path) }
        guard version <= schema.version else {
            throw .newerDatabase(path: path, version: version, supported: schema.version)
        }
        guard try isComplete(path, header) else { throw .damagedDatabase(path: path) }
        return version == schema.version ? .current : .older
    }

    /// SQLite gives its `-wal` and `-shm` files the mode of the database, so it is created here.
    static func create(at path: String) throws(StorageError) {
        do {
            _ = try FileDescriptor(opening: path, O_RDWR | O_CREAT)
        } catch {
            throw .notWritable(path: path, reason: "\(error)")
        }
    }

    /// Whether the file is as long as its header says. With a log beside it that cannot be told: what is
    /// missing may stand there.
    private static func isComplete(_ path: String, _ header: [UInt8]) throws(StorageError) -> Bool {
        let valid = number(in: header, at: Header.pageCountValidFor)
        guard number(in: header, at: Header.changeCounter) == valid else { return true }
        do {
            if let log = try FileStatus(of: path + "-wal"), log.size > 0 { return true }
            guard let file = try FileStatus(of: path) else { return true }
            // 1 stands for 65,536, which does not fit.
            let size = Int(header[Header.pageSize]) << 8 | Int(header[Header.pageSize + 1])
            return file.size >= number(in: header, at: Header.pageCount) * (size == 1 ? 65_536 : size)
        } catch {
            throw .unusable(path: path, reason: "\(error)")
        }
    }

    private static func number(in header: [UInt8], at offset: Int) -> Int {
        Int(Int32(bitPattern: header[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }))
    }
}
