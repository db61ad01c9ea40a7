import NIOCore

/// What Redis answers (RESP2, "Redis serialization protocol specification").
enum RESPValue: Sendable, Equatable {
    case simple(String)
    case error(String)
    case integer(Int)
    /// Nil is a null.
    case bulk(ByteBuffer?)
    /// Nil is a null, which is what a blocking command answers when its time is up.
    case array([RESPValue]?)
    /// A string or an array that was too long to be kept.
    case skipped

    var string: String? {
        switch self {
        case .simple(let text): text
        case .bulk(let bytes?): String(buffer: bytes)
        default: nil
        }
    }

    var bytes: ByteBuffer? {
        if case .bulk(let bytes) = self { bytes } else { nil }
    }

    var elements: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}
