/// Whom a broadcast is for.
public struct BroadcastTarget: Sendable, Hashable {
    /// Sockets in any of these; empty means everybody.
    public var rooms: Set<Room>
    /// Sockets in any of these are left out.
    public var except: Set<Room>

    /// Everybody, unless rooms are named.
    public init(rooms: Set<Room> = [], except: Set<Room> = []) {
        self.rooms = rooms
        self.except = except
    }
}

/// How a broadcast is sent.
public struct BroadcastFlags: Sendable, Hashable {
    /// Dropped for sockets it would have to wait for. Default false.
    public var isVolatile = false
    /// Only to sockets of this process. Default false.
    public var isLocal = false

    /// An ordinary broadcast.
    public init() {}
}

/// What came back for a broadcast that asked for acks.
public struct BroadcastAnswers: Sendable, Equatable {
    /// The answers, in the order they came.
    public var answers: [Answer]
    /// How many were asked and did not answer in time.
    public var missing: Int

    /// Answers, and how many are missing.
    public init(answers: [Answer] = [], missing: Int = 0) {
        self.answers = answers
        self.missing = missing
    }
}
