extension Namespace {
    /// Everybody in the namespace.
    public var everyone: BroadcastOperator { BroadcastOperator(namespace: self) }

    /// The sockets of a room.
    public func to(_ room: Room) -> BroadcastOperator { self.everyone.to(room) }

    /// Everybody but the sockets of a room.
    public func except(_ room: Room) -> BroadcastOperator { self.everyone.except(room) }

    /// Sends an event to everybody.
    public func emit(_ event: String, _ arguments: JSON...) {
        self.everyone.emit(EventPacket(name: event, arguments: arguments))
    }

    /// The sockets of this process in a room.
    public func sockets(in room: Room) async -> [Socket] {
        await self.local.sockets(BroadcastTarget(rooms: [room]))
    }

    /// Makes the sockets of a room leave the namespace.
    public func disconnectSockets(in room: Room, closeConnection: Bool = false) {
        self.to(room).disconnectSockets(closeConnection: closeConnection)
    }

    // MARK: - Other servers

    /// Sends an event to the other servers of the cluster. Without a cluster there are none.
    public func serverSideEmit(_ event: String, _ arguments: JSON...) {
        self.adapter.serverSideEmit(EventPacket(name: event, arguments: arguments))
    }

    /// Sends an event to the other servers of the cluster and waits for their answers.
    ///
    /// - Parameter timeout: how long to wait. Default 5 s.
    /// - Returns: the answers that came in time, and how many servers owe theirs.
    public func serverSideEmitWithAck(
        _ event: String,
        _ arguments: JSON...,
        timeout: Duration = .seconds(5)
    ) async -> BroadcastAnswers {
        await self.adapter.serverSideEmitWithAck(EventPacket(name: event, arguments: arguments), timeout: timeout)
    }
}
