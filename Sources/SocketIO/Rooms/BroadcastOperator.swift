/// Says whom the next broadcast is for: sockets in any of the rooms named (everybody, if none is), without those in
/// any room excepted. A value; each call gives a new one.
public struct BroadcastOperator: Sendable {
    private let namespace: Namespace
    private var target = BroadcastTarget()

    init(namespace: Namespace) {
        self.namespace = namespace
    }

    /// Adds a room.
    public func to(_ room: Room) -> BroadcastOperator {
        var copy = self
        copy.target.rooms.insert(room)
        return copy
    }

    /// Leaves out the sockets of a room.
    public func except(_ room: Room) -> BroadcastOperator {
        var copy = self
        copy.target.except.insert(room)
        return copy
    }

    /// Leaves out one socket.
    public func except(_ id: SocketID) -> BroadcastOperator {
        self.except(id.rawValue)
    }

    /// Sends an event. It is encoded once. Returns at once; what one task sends arrives in that order.
    public func emit(_ event: String, _ arguments: JSON...) {
        self.emit(event, arguments)
    }

    /// Sends an event. It is encoded once. Returns at once; what one task sends arrives in that order.
    public func emit(_ event: String, _ arguments: [JSON]) {
        self.namespace.adapter.broadcast(PacketEncoder.event(self.namespace.name, event, arguments), to: self.target)
    }

    /// Makes the sockets leave the namespace; see ``Socket/disconnect(closeConnection:)``.
    public func disconnectSockets(closeConnection: Bool = false) {
        self.namespace.adapter.disconnect(self.target, closeConnection: closeConnection)
    }

    /// The sockets of this process.
    public func sockets() async -> [Socket] {
        await self.namespace.adapter.localSockets(self.target)
    }
}
