#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Size and permissions of a file.
struct FileStatus {
    let size: Int
    /// Whether others than the owner may do anything with it.
    let isOpenToOthers: Bool

    /// Nil if there is no such file.
    init?(of path: String) throws(FileDescriptor.Failure) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let failure = FileDescriptor.Failure.latest
            if failure.code == ENOENT { return nil }
            throw failure
        }
        size = Int(status.st_size)
        isOpenToOthers = status.st_mode & 0o077 != 0
    }
}
