#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open file that closes itself.
struct FileDescriptor: ~Copyable {
    /// Why a call failed, for a person.
    struct Failure: Error, CustomStringConvertible {
        let code: Int32
        var description: String { String(cString: strerror(code)) }

        /// Of the call that just returned.
        static var latest: Failure { Failure(code: errno) }
    }

    private let descriptor: Int32

    /// Not inherited by programs started from here.
    init(opening path: String, _ flags: Int32, mode: mode_t = 0o600) throws(Failure) {
        let descriptor = open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .latest }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// What lies in a directory.
    static func names(in directory: String) throws(Failure) -> [String] {
        guard let stream = opendir(directory) else { throw .latest }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                    tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                        String(cString: $0)
                    }
                }
            )
        }
        return names
    }

    /// The first bytes of the file, at most `count`.
    func read(atMost count: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: count)
        while bytes.count < count {
            let length = pread(descriptor, &chunk, count - bytes.count, off_t(bytes.count))
            guard length >= 0 else { throw .latest }
            if length == 0 { break }
            bytes += chunk.prefix(length)
        }
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = rest.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(rest.startIndex)) }
            guard length > 0 else { throw .latest }
            rest = rest.dropFirst(length)
        }
    }

    func sync() throws(Failure) {
        guard fsync(descriptor) == 0 else { throw .latest }
    }

    /// Makes what was created, renamed or removed beside `path` last.
    static func syncDirectory(of path: String) throws(Failure) {
        let parent = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        try FileDescriptor(opening: String(parent), O_RDONLY).sync()
    }

    /// - Returns: Whether it was free. The lock lasts as long as the file is open, even if the process
    ///   is killed.
    func lock() throws(Failure) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        let failure = Failure.latest
        guard failure.code == EWOULDBLOCK else { throw failure }
        return false
    }
}
