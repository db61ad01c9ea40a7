/// Whom a broadcast is for, as an ``Adapter`` gets it. A socket's id is a room too.
public struct BroadcastTarget: Sendable, Hashable {
    /// Sockets in any of these; empty means everybody.
    public var rooms: Set<Room>
    /// Sockets in any of these are left out.
    public var except: Set<Room>

    /// Everybody, unless rooms are named.
    ///
    /// - Parameters:
    ///   - rooms: see ``rooms``. Default none, which is everybody.
    ///   - except: see ``except``. Default none.
    public init(rooms: Set<Room> = [], except: Set<Room> = []) {
        self.rooms = rooms
        self.except = except
    }
}

/// How a broadcast is sent, as an ``Adapter`` gets it.
public struct BroadcastFlags: Sendable, Hashable {
    /// Dropped for sockets it would have to wait for. Default false.
    public var isVolatile = false
    /// Only to sockets of this process. Default false.
    public var isLocal = false

    /// An ordinary broadcast: nothing is set.
    public init() {}
}

/// What came back for a broadcast that asked for acks.
public struct BroadcastAnswers: Sendable, Equatable {
    /// The answers, in the order they came.
    public var answers: [Answer]
    /// How many were asked and did not answer in time, or left before they did.
    public var missing: Int

    /// What an adapter collected.
    ///
    /// - Parameters:
    ///   - answers: see ``answers``. Default none.
    ///   - missing: see ``missing``. Default 0.
    public init(answers: [Answer] = [], missing: Int = 0) {
        self.answers = answers
        self.missing = missing
    }
}
