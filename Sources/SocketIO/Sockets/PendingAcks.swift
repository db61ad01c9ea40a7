/// Why an answer did not come.
public enum AckError: Error, Sendable {
    /// The client did not answer in time.
    case timeout
    /// The socket left before it answered.
    case disconnected
}

/// The answers a socket still owes.
struct PendingAcks {
    typealias Waiting = CheckedContinuation<Result<[JSON], AckError>, Never>

    private var waiting: [Int: Waiting] = [:]
    private var nextID = 0
    private var isClosed = false

    /// - Returns: the id to send along, or nil if the socket has left.
    mutating func add(_ continuation: Waiting) -> Int? {
        guard !self.isClosed else { return nil }
        defer { self.nextID += 1 }
        self.waiting[self.nextID] = continuation
        return self.nextID
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
