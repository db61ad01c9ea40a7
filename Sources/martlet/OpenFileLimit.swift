import Foundation

/// How many sockets and files the process may have open at once.
enum OpenFileLimit {
    /// Takes as many as the system allows: each connection is one, and the usual soft limit of 1,024 is for
    /// programs that use `select`. What cannot be raised stays.
    ///
    /// - Returns: How many that are now; nil if there is no limit, or the system does not say.
    static func raise() -> Int? {
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return nil }
        let allowed = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        return Int(exactly: setrlimit(resource, &limit) == 0 ? limit.rlim_cur : allowed)
    }

    /// How many connections fit below `limit`, with room for the database, the event loops and the pages.
    static func connections(below limit: Int) -> Int {
        max(limit - 64 - 4 * ProcessInfo.processInfo.activeProcessorCount, limit / 10)
    }
}
