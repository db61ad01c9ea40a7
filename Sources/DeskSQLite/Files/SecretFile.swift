#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A random secret that is made once and kept in a file that only the owner can read.
enum SecretFile {
    static let byteCount = 32

    /// Reads the file, or creates it. Two processes that do so at once get the same secret, and a crash
    /// in between leaves no half of one: the file is written under another name, synced, and then
    /// linked to its own unless that has come to be.
    static func readOrCreate(at path: String) throws(StorageError) -> [UInt8] {
        if let secret = try read(at: path) { return secret }
        do {
            var generator = SystemRandomNumberGenerator()
            try create(at: path, (0..<byteCount).map { _ in generator.next() })
        } catch {
            throw .notWritable(path: path, reason: "\(error)")
        }
        guard let secret = try read(at: path) else { throw .brokenSecret(path: path) }
        return secret
    }

    /// Nil if there is none.
    ///
    /// - Throws: ``StorageError/brokenSecret(path:)``, ``StorageError/unusable(path:reason:)``.
    static func read(at path: String) throws(StorageError) -> [UInt8]? {
        let secret: [UInt8]
        do {
            secret = try FileDescriptor(opening: path, O_RDONLY).read(atMost: byteCount + 1)
        } catch {
            if error.code == ENOENT { return nil }
            throw .unusable(path: path, reason: "\(error)")
        }
        guard secret.count == byteCount else { throw .brokenSecret(path: path) }
        return secret
    }

    /// Leaves one that is there as it is.
    static func create(at path: String, _ secret: [UInt8]) throws(FileDescriptor.Failure) {
        var generator = SystemRandomNumberGenerator()
        let temporary = "\(path).\(generator.next() as UInt64)"
        let file = try FileDescriptor(opening: temporary, O_WRONLY | O_CREAT | O_EXCL)
        defer { unlink(temporary) }
        try file.write(secret)
        try file.sync()
        guard link(temporary, path) == 0 || errno == EEXIST else { throw .latest }
        try FileDescriptor.syncDirectory(of: path)
    }
}
