extension Namespace {
    /// Everybody in the namespace, on every server of the cluster.
    public var everyone: BroadcastOperator { BroadcastOperator(namespace: self) }

    /// The sockets of a room.
    ///
    /// - Parameter room: a room's name, or the id of a socket. One that nobody is in reaches nobody.
    public func to(_ room: Room) -> BroadcastOperator { self.everyone.to(room) }

    /// Everybody but the sockets of a room.
    ///
    /// - Parameter room: a room's name, or the id of a socket.
    public func except(_ room: Room) -> BroadcastOperator { self.everyone.except(room) }

    /// Sends an event to everybody. It is encoded once. Returns at once; what one task sends arrives in that order.
    ///
    /// - Parameters:
    ///   - event: the name; see ``EventPacket/name``.
    ///   - arguments: what comes with it.
    public func emit(_ event: String, _ arguments: JSON...) {
        self.everyone.emit(EventPacket(name: event, arguments: arguments))
    }

    /// The sockets of this process in a room. ``BroadcastOperator/fetchSockets()`` finds those of other servers too.
    ///
    /// - Parameter room: a room's name, or the id of a socket.
    public func sockets(in room: Room) async -> [Socket] {
        await self.local.sockets(BroadcastTarget(rooms: [room]))
    }

    /// How many rooms have sockets of this process in them, without the sockets' own. It takes a while on each event loop,
    /// a millisecond for some ten thousand rooms.
    public func roomCount() async -> Int {
        await self.local.roomCount()
    }

    /// Makes the sockets of a room leave the namespace; see ``Socket/disconnect(closeConnection:)``.
    ///
    /// - Parameters:
    ///   - room: a room's name, or the id of a socket.
    ///   - closeConnection: also closes their connections with all other namespaces. Default false.
    public func disconnectSockets(in room: Room, closeConnection: Bool = false) {
        self.to(room).disconnectSockets(closeConnection: closeConnection)
    }

    // MARK: - Other servers

    /// Sends an event to the other servers of the cluster. Without a cluster there are none, and nothing happens.
    ///
    /// - Parameters:
    ///   - event: the name that ``onServerSide(_:_:)`` listens for.
    ///   - arguments: what comes with it.
    public func serverSideEmit(_ event: String, _ arguments: JSON...) {
        self.adapter.serverSideEmit(EventPacket(name: event, arguments: arguments))
    }

    /// Sends an event to the other servers of the cluster and waits for their answers. Without a cluster there are none,
    /// and it returns at once.
    ///
    /// - Parameters:
    ///   - event: the name that ``onServerSide(_:_:)`` listens for.
    ///   - arguments: what comes with it.
    ///   - timeout: how long to wait. Default 5 s.
    /// - Returns: the answers that came in time, and how many servers owe theirs.
    public func serverSideEmitWithAck(
        _ event: String,
        _ arguments: JSON...,
        timeout: Duration = .seconds(5)
    ) async -> BroadcastAnswers {
        await self.adapter.serverSideEmitWithAck(EventPacket(name: event, arguments: arguments), timeout: timeout)
    }
}
