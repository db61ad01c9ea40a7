/// Why an answer did not come.
public enum AckError: Error, Sendable {
    /// The client did not answer in time. An answer that comes later is dropped.
    case timeout
    /// The socket left before it answered, or had left before it was asked.
    case disconnected
}

/// The answers a socket still owes, by the id they will come with.
struct PendingAcks {
    /// Called once with the answer, or with the reason why there is none.
    typealias Waiting = @Sendable (Result<Answer, AckError>) -> Void

    private var waiting: [Int: Waiting] = [:]
    private var isClosed = false

    /// - Returns: false if the socket has left, and nobody will call `waiting`.
    mutating func add(_ id: Int, _ waiting: @escaping Waiting) -> Bool {
        guard !self.isClosed else { return false }
        self.waiting[id] = waiting
        return true
    }

    /// Takes out who waits for `id`; nil if it was answered, timed out or never asked.
    mutating func take(_ id: Int) -> Waiting? {
        self.waiting.removeValue(forKey: id)
    }

    /// Takes out everybody, and nobody may wait any more.
    mutating func close() -> [Waiting] {
        self.isClosed = true
        defer { self.waiting = [:] }
        return Array(self.waiting.values)
    }
}
