public import EngineIO
import NIOCore
import Synchronization

/// A client in one namespace. Thread-safe: what one task sends arrives in that order.
public final class Socket: Sendable {
    /// The socket's name, and the room that only it is in.
    public let id: SocketID
    /// The namespace it entered.
    public let namespace: Namespace
    /// The request that opened the connection.
    public let handshake: HandshakeRequest
    /// The payload of the CONNECT packet; `{}` if there was none.
    public let auth: JSON
    /// What the application keeps with the socket.
    public let data = SocketData()

    let connection: EngineHandle
    private let inbox: Inbox
    private let acks = Mutex(PendingAcks())

    init(
        namespace: Namespace,
        auth: JSON,
        connection: EngineHandle,
        handshake: HandshakeRequest,
        maxInboxBytes: Int
    ) {
        self.id = SocketID.random()
        self.namespace = namespace
        self.auth = auth
        self.connection = connection
        self.handshake = handshake
        self.inbox = Inbox(maxBytes: maxInboxBytes)
    }

    // MARK: - Sending

    /// Sends an event to this client.
    public func emit(_ event: String, _ arguments: JSON...) {
        self.emit(event, arguments)
    }

    /// Sends an event to this client.
    public func emit(_ event: String, _ arguments: [JSON]) {
        self.send(PacketEncoder.event(self.namespace.name, event, arguments))
    }

    /// Sends an event and waits for the client's answer.
    ///
    /// - Parameter timeout: how long to wait. Default 10 s.
    /// - Returns: the arguments of the answer.
    /// - Throws: ``AckError/timeout``, or ``AckError/disconnected`` when the socket leaves first.
    public func emitWithAck(
        _ event: String,
        _ arguments: JSON...,
        timeout: Duration = .seconds(10)
    ) async throws(AckError) -> [JSON] {
        let result = await withCheckedContinuation { continuation in
            guard let id = self.acks.withLock({ $0.add(continuation) }) else {
                return continuation.resume(returning: Result<[JSON], AckError>.failure(.disconnected))
            }
            self.connection.eventLoop.scheduleTask(in: .init(timeout)) {
                self.acks.withLock { $0.take(id) }?.resume(returning: .failure(.timeout))
            }
            self.send(PacketEncoder.event(self.namespace.name, event, arguments, ackID: id))
        }
        return try result.get()
    }

    /// Everybody in the namespace but this socket.
    public var broadcast: BroadcastOperator { self.namespace.except(self.id.rawValue) }

    /// The others in a room.
    public func to(_ room: Room) -> BroadcastOperator { self.broadcast.to(room) }

    // MARK: - Rooms

    /// Enters a room. After the `await`, what is sent to the room reaches this socket. A socket that has left enters
    /// nothing.
    public func join(_ rooms: Room...) async {
        await self.namespace.adapter.join(self, rooms)
    }

    /// Leaves a room. After the `await`, what is sent to the room does not reach this socket.
    public func leave(_ rooms: Room...) async {
        await self.namespace.adapter.leave(self, rooms)
    }

    /// The rooms the socket is in, without its own. Empty once it has left.
    public func rooms() async -> Set<Room> {
        await self.namespace.adapter.rooms(of: self)
    }

    // MARK: - Leaving

    /// Makes the client leave the namespace: it is sent a DISCONNECT packet and does not reconnect by itself.
    ///
    /// - Parameter closeConnection: also closes the connection with its other namespaces. Default false.
    public func disconnect(closeConnection: Bool = false) {
        self.connection.run { connection in
            self.namespace.adapter.member(self.id, on: connection.eventLoop)?.client?
                .disconnect(
                    self,
                    closeConnection: closeConnection
                )
        }
    }

    // MARK: - What the client's connection hands in, on its loop

    func send(_ message: OutboundMessage) {
        self.connection.send(message)
    }

    /// - Returns: false if more waits for the handlers than allowed.
    func receive(_ item: Inbox.Item) -> Bool {
        self.inbox.add(item) { Task { await self.drain() } }
    }

    func receiveAck(_ id: Int, _ arguments: [JSON]) {
        self.acks.withLock { $0.take(id) }?.resume(returning: .success(arguments))
    }

    func failAcks() {
        for waiting in self.acks.withLock({ $0.close() }) { waiting.resume(returning: .failure(.disconnected)) }
    }

    private func drain() async {
        while true {
            let items = self.inbox.next()
            if items.isEmpty { return }
            for item in items { await self.handle(item) }
        }
    }

    private func handle(_ item: Inbox.Item) async {
        switch item {
        case .connected:
            for handler in self.namespace.current.connection { await handler(self) }
        case .event(let event):
            for handler in self.namespace.handlers(for: event.name) { await handler(self, event) }
        case .left(let reason, let rooms):
            for handler in self.namespace.current.disconnect { await handler(self, reason, rooms) }
        }
    }
}
