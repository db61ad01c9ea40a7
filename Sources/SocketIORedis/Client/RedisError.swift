/// Why Redis gave no answer that is of use.
enum RedisError: Error, Equatable {
    /// There is no connection now, or it broke before the answer came. It is made anew by itself.
    case disconnected
    /// The connection failed, as TLS or the system says it.
    case failed(String)
    /// More commands wait for an answer than ``RedisConnection/capacity``, or more bytes of them than are kept.
    case overloaded
    /// Redis refused the command; in its own words.
    case refused(String)
    /// What came is no answer of Redis.
    case malformed
}
