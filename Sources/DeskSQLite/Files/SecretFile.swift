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
    static func readOrCreate(at path: String, in directory: String) throws(StorageError) -> [UInt8] {
        if let secret = try read(at: path) { return secret }
        do {
            try create(at: path, in: directory)
        } catch {
            throw .notWritable(path: path, reason: "\(error)")
        }
        guard let secret = try read(at: path) else { throw .brokenSecret(path: path) }
        return secret
    }

    private static func read(at path: String) throws(StorageError) -> [UInt8]? {
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

    private static func create(at path: String, in directory: String) throws(FileDescriptor.Failure) {
        var generator = SystemRandomNumberGenerator()
        let temporary = "\(path).\(generator.next() as UInt64)"
        let file = try FileDescriptor(opening: temporary, O_WRONLY | O_CREAT | O_EXCL)
        defer { unlink(temporary) }
        try file.write((0..<byteCount).map { _ in generator.next() })
        try file.sync()
        guard link(temporary, path) == 0 || errno == EEXIST else { throw .latest }
        try FileDescriptor(opening: directory, O_RDONLY).sync()
    }
}
