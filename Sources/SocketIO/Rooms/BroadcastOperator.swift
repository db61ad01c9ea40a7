public import NIOCore

/// Says whom the next broadcast is for: sockets in any of the rooms named (everybody, if none is), without those in
/// any room excepted. A value; each call gives a new one, from any thread.
///
/// ```swift
/// chat.to("lobby").to("news").except(socket.id).emit("said", JSON("hello"))
/// ```
///
/// A socket gets a broadcast once, however many of the rooms it is in.
public struct BroadcastOperator: Sendable {
    private let namespace: Namespace
    private var target = BroadcastTarget()
    private var flags = BroadcastFlags()

    init(namespace: Namespace) {
        self.namespace = namespace
    }

    /// Adds a room.
    ///
    /// - Parameter room: a room's name, or the id of a socket. One that nobody is in reaches nobody.
    public func to(_ room: Room) -> BroadcastOperator {
        self.with { $0.target.rooms.insert(room) }
    }

    /// Adds a room; another word for ``to(_:)``.
    ///
    /// - Parameter room: a room's name, or the id of a socket.
    public func `in`(_ room: Room) -> BroadcastOperator {
        self.to(room)
    }

    /// Leaves out the sockets of a room, whatever other rooms they are in.
    ///
    /// - Parameter room: a room's name, or the id of a socket.
    public func except(_ room: Room) -> BroadcastOperator {
        self.with { $0.target.except.insert(room) }
    }

    /// Leaves out one socket.
    ///
    /// - Parameter id: the socket's id.
    public func except(_ id: SocketID) -> BroadcastOperator {
        self.except(id.rawValue)
    }

    /// Drops the event for sockets it would have to wait for: they do not keep up, or are between two polls. Counts for
    /// ``emit(_:)`` alone: an event that asks for answers always waits.
    public var volatile: BroadcastOperator {
        self.with { $0.flags.isVolatile = true }
    }

    /// Reaches only the sockets of this process. Without a cluster there are no others.
    public var local: BroadcastOperator {
        self.with { $0.flags.isLocal = true }
    }

    /// Sends an event. It is encoded once. Returns at once; what one task sends arrives in that order.
    ///
    /// - Parameters:
    ///   - event: the name; see ``EventPacket/name``.
    ///   - arguments: what comes with it.
    ///   - attachments: binary values; see ``EventPacket/attachments``. Default none.
    public func emit(_ event: String, _ arguments: JSON..., attachments: [ByteBuffer] = []) {
        self.emit(EventPacket(name: event, arguments: arguments, attachments: attachments))
    }

    /// Sends an event. It is encoded once. Returns at once; what one task sends arrives in that order.
    ///
    /// - Parameter packet: the event.
    public func emit(_ packet: EventPacket) {
        self.adapter.broadcast(packet, to: self.target, self.flags)
    }

    /// Sends an event and waits for the answers of all sockets. With many sockets this is a burst of packets back; cancelling
    /// the task does not end the wait.
    ///
    /// - Parameters:
    ///   - event: the name; see ``EventPacket/name``.
    ///   - arguments: what comes with it.
    ///   - attachments: binary values; see ``EventPacket/attachments``. Default none.
    ///   - timeout: how long to wait. Default 10 s.
    /// - Returns: the answers that came in time, and how many sockets left or owe theirs.
    public func emitWithAck(
        _ event: String,
        _ arguments: JSON...,
        attachments: [ByteBuffer] = [],
        timeout: Duration = .seconds(10)
    ) async -> BroadcastAnswers {
        let packet = EventPacket(name: event, arguments: arguments, attachments: attachments)
        return await self.adapter.broadcastWithAck(packet, to: self.target, timeout: timeout)
    }

    /// The sockets, on whatever server, in no particular order.
    public func fetchSockets() async -> [RemoteSocket] {
        await self.adapter.fetchSockets(self.target)
    }

    /// Makes the sockets enter rooms. After the `await`, what is sent to a room reaches those of this process.
    ///
    /// - Parameter rooms: the rooms' names.
    public func socketsJoin(_ rooms: Room...) async {
        await self.adapter.join(rooms, self.target)
    }

    /// Makes the sockets leave rooms. After the `await`, what is sent to a room does not reach those of this process.
    ///
    /// - Parameter rooms: the rooms' names.
    public func socketsLeave(_ rooms: Room...) async {
        await self.adapter.leave(rooms, self.target)
    }

    /// Makes the sockets leave the namespace; see ``Socket/disconnect(closeConnection:)``. Returns at once.
    ///
    /// - Parameter closeConnection: also closes their connections with all other namespaces. Default false.
    public func disconnectSockets(closeConnection: Bool = false) {
        self.adapter.disconnect(self.target, closeConnection: closeConnection)
    }

    private var adapter: any Adapter {
        self.flags.isLocal ? self.namespace.local : self.namespace.adapter
    }

    private func with(_ change: (inout BroadcastOperator) -> Void) -> BroadcastOperator {
        var copy = self
        change(&copy)
        return copy
    }
}
