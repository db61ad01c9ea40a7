/// Whom a broadcast is for.
public struct BroadcastTarget: Sendable, Hashable {
    /// Sockets in any of these; empty means everybody.
    public var rooms: Set<Room> = []
    /// Sockets in any of these are left out.
    public var except: Set<Room> = []

    /// Everybody.
    public init() {}
}
