import Foundation

/// How many sockets and files the process may have open at once.
enum OpenFileLimit {
    /// Takes as many as the system allows: each connection is one, and the usual soft limit of 1,024 is for
    /// programs that use `select`. What cannot be raised stays.
    static func raise() {
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }
}
