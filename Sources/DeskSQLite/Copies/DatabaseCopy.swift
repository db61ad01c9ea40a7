import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A whole copy of a database as it stood at one moment, under another name until it is published; gone if it
/// never is.
///
/// `VACUUM INTO` makes it within one read: writing goes on meanwhile, and however much is written it never
/// starts over, as SQLite's backup API would when it copies in steps. The copy has no log beside it, and what
/// was deleted does not come along in unused pages.
struct DatabaseCopy: ~Copyable {
    /// Where it lies until it is published.
    let path: String
    private let target: String

    /// - Parameters:
    ///   - source: May be in use by others, and is not written to.
    ///   - target: Where it is to go. Nothing happens there before ``publish(replaces:)``.
    /// - Throws: ``StorageError/notCopied(path:target:reason:)``,
    ///   ``StorageError/notWritable(path:reason:)``.
    init(of source: String, to target: String) throws(StorageError) {
        var generator = SystemRandomNumberGenerator()
        let path = "\(target).partial-\(generator.next() as UInt32)"
        do {
            // Made here for its mode; SQLite takes an empty file.
            _ = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_EXCL)
        } catch {
            throw .notWritable(path: target, reason: "\(error)")
        }
        do {
            let queue = try DatabaseQueue(path: source, configuration: .readOnly)
            try queue.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
            try queue.close()
        } catch {
            unlink(path)
            throw .notCopied(path: source, target: target, reason: (error as? DatabaseError)?.message ?? "\(error)")
        }
        self.path = path
        self.target = target
    }

    deinit {
        unlink(path)
    }

    /// Gives it its name once all of it is on disk.
    ///
    /// - Parameter replaces: Whether a file of that name gives way.
    /// - Throws: ``StorageError/alreadyThere(path:)``, ``StorageError/notWritable(path:reason:)``.
    consuming func publish(replaces: Bool) throws(StorageError) {
        do {
            try FileDescriptor(opening: path, O_RDWR).sync()
            if replaces {
                guard rename(path, target) == 0 else { throw FileDescriptor.Failure.latest }
            } else if link(path, target) != 0 {
                guard access(target, F_OK) != 0 else { throw StorageError.alreadyThere(path: target) }
                // Some file systems have no links.
                guard rename(path, target) == 0 else { throw FileDescriptor.Failure.latest }
            }
            try FileDescriptor.syncDirectory(of: target)
        } catch let error as StorageError {
            throw error
        } catch {
            throw .notWritable(path: target, reason: "\(error)")
        }
    }
}

extension Configuration {
    /// For looking at a database that others may be using.
    static var readOnly: Configuration {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA temp_store = MEMORY") }
        return configuration
    }
}
