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
            try create(at: path, random())
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

    /// Makes another secret in place of the one that is there, which gets a second name first. A crash leaves either
    /// the old one, under one name or both, or the new one with the old one beside it.
    static func replace(at path: String, keeping old: String) throws(StorageError) {
        do {
            guard link(path, old) == 0 else { throw FileDescriptor.Failure.latest }
            let temporary = try write(random(), besides: path)
            defer { unlink(temporary) }
            guard rename(temporary, path) == 0 else { throw FileDescriptor.Failure.latest }
            try FileDescriptor.syncDirectory(of: path)
        } catch {
            throw .notWritable(path: path, reason: "\(error)")
        }
    }

    /// Leaves one that is there as it is.
    static func create(at path: String, _ secret: [UInt8]) throws(FileDescriptor.Failure) {
        let temporary = try write(secret, besides: path)
        defer { unlink(temporary) }
        guard link(temporary, path) == 0 || errno == EEXIST else { throw .latest }
        try FileDescriptor.syncDirectory(of: path)
    }

    /// A secret, synced, under a name of its own.
    private static func write(_ secret: [UInt8], besides path: String) throws(FileDescriptor.Failure) -> String {
        var generator = SystemRandomNumberGenerator()
        let temporary = "\(path).\(generator.next() as UInt64)"
        let file = try FileDescriptor(opening: temporary, O_WRONLY | O_CREAT | O_EXCL)
        do {
            try file.write(secret)
            try file.sync()
        } catch {
            unlink(temporary)
            throw error
        }
        return temporary
    }

    private static func random() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<byteCount).map { _ in generator.next() }
    }
}
