#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Size and permissions of a file. Two that are equal are of the same file.
struct FileStatus: Equatable {
    private let device: UInt64
    private let inode: UInt64
    let size: Int
    /// Whether others than the owner may do anything with it.
    let isOpenToOthers: Bool

    static func == (one: FileStatus, other: FileStatus) -> Bool {
        one.device == other.device && one.inode == other.inode
    }

    /// Nil if there is no such file.
    init?(of path: String) throws(FileDescriptor.Failure) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let failure = FileDescriptor.Failure.latest
            if failure.code == ENOENT { return nil }
            throw failure
        }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        size = Int(status.st_size)
        isOpenToOthers = status.st_mode & 0o077 != 0
    }
}
