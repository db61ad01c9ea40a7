public import EngineIO
public import NIOCore
import Synchronization

/// A client in one namespace. Thread-safe: what one task sends arrives in that order. A client that comes back after its
/// connection broke is another socket.
public final class Socket: Sendable {
    /// The socket's name, and the room that only it is in.
    public let id: SocketID
    /// The namespace it entered.
    public let namespace: Namespace
    /// The request that opened the connection: headers, cookies, query, address. The same for all namespaces.
    public let handshake: HandshakeRequest
    /// The payload of the CONNECT packet, an object: what the client gave as `auth`; `{}` if there was none.
    public let auth: JSON
    /// What the application keeps with the socket: who it is, for example.
    public let data = SocketData()

    /// Names the connection: the client's sockets in other namespaces, and those after this one, have the same. A secret
    /// of the client's.
    public var sessionID: SessionID { self.connection.id }

    let connection: EngineHandle
    private let executor: EventLoopTaskExecutor?
    private let inbox: Inbox
    private let room: InboxRoom.Held
    private let activity: HandlerActivity
    private let acks = Mutex(PendingAcks())
    private let isExpelled = Atomic(false)
    private let hasLeft = Atomic(false)
    /// Tasks that drain the inbox, or whose sending may still be on its way. Changed on the loop.
    private let drains = Atomic(0)

    /// - Parameter executor: where handlers run; nil for Swift's thread pool.
    init(
        namespace: Namespace,
        auth: JSON,
        connection: EngineHandle,
        executor: EventLoopTaskExecutor?,
        handshake: HandshakeRequest,
        inboxRoom: InboxRoom,
        room: InboxRoom.Held,
        activity: HandlerActivity
    ) {
        self.id = SocketID.random()
        self.namespace = namespace
        self.auth = auth
        self.connection = connection
        self.executor = executor
        self.handshake = handshake
        self.inbox = Inbox(room: inboxRoom)
        self.room = room
        self.activity = activity
    }

    // MARK: - Sending

    /// Sends an event to this client. Returns at once.
    ///
    /// - Parameters:
    ///   - event: the name; see ``EventPacket/name``.
    ///   - arguments: what comes with it.
    ///   - attachments: binary values; see ``EventPacket/attachments``. Default none.
    public func emit(_ event: String, _ arguments: JSON..., attachments: [ByteBuffer] = []) {
        self.emit(EventPacket(name: event, arguments: arguments, attachments: attachments))
    }

    /// Sends an event to this client. Returns at once. If more waits than the transport's `maxBufferedBytes`, because the
    /// client does not read, it is disconnected with `buffer overflow`.
    ///
    /// - Parameters:
    ///   - packet: the event.
    ///   - isVolatile: drops the event where it would have to wait, because the client does not keep up or is between two
    ///     polls. Default false.
    public func emit(_ packet: EventPacket, isVolatile: Bool = false) {
        self.send(PacketEncoder.event(self.namespace.name, packet), isVolatile: isVolatile)
    }

    /// Sends an event and waits for the client's answer. Handlers may wait here: answers do not queue behind events.
    /// Cancelling the task does not end the wait.
    ///
    /// ```swift
    /// do throws(AckError) {
    ///     let answer = try await socket.emitWithAck("confirm", JSON("Delete it?"), timeout: .seconds(30))
    ///     logger.info("Confirmed", metadata: ["yes": "\(answer.arguments.first?.bool ?? false)"])
    /// } catch {
    ///     logger.info("No answer", metadata: ["reason": "\(error)"])
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - event: the name; see ``EventPacket/name``.
    ///   - arguments: what comes with it.
    ///   - attachments: binary values; see ``EventPacket/attachments``. Default none.
    ///   - timeout: how long to wait. Default 10 s.
    /// - Throws: ``AckError/timeout``, or ``AckError/disconnected`` when the socket leaves first.
    public func emitWithAck(
        _ event: String,
        _ arguments: JSON...,
        attachments: [ByteBuffer] = [],
        timeout: Duration = .seconds(10)
    ) async throws(AckError) -> Answer {
        let packet = EventPacket(name: event, arguments: arguments, attachments: attachments)
        let id = self.namespace.nextAckID()
        let result: Result<Answer, AckError> = await withCheckedContinuation { continuation in
            guard self.expectAck(id, { continuation.resume(returning: $0) }) else {
                return continuation.resume(returning: .failure(.disconnected))
            }
            self.connection.eventLoop.scheduleTask(in: .init(timeout)) { self.endAck(id, .failure(.timeout)) }
            self.send(PacketEncoder.event(self.namespace.name, packet, ackID: id))
        }
        return try result.get()
    }

    /// Everybody in the namespace but this socket.
    ///
    /// ```swift
    /// socket.broadcast.emit("typing", JSON(socket.id.rawValue))
    /// ```
    public var broadcast: BroadcastOperator { self.namespace.except(self.id.rawValue) }

    /// The others in a room, whether this socket is in it or not.
    ///
    /// - Parameter room: a room's name, or the id of a socket.
    public func to(_ room: Room) -> BroadcastOperator { self.broadcast.to(room) }

    // MARK: - Rooms

    /// Enters rooms. After the `await`, what is sent to a room reaches this socket. A socket that has left, or has not
    /// entered its namespace yet because middleware runs, enters nothing.
    ///
    /// - Parameter rooms: the rooms' names. How many there may be is not bound: do not let clients choose freely.
    public func join(_ rooms: Room...) async {
        await self.namespace.local.join(self, rooms)
    }

    /// Leaves rooms. After the `await`, what is sent to a room does not reach this socket.
    ///
    /// - Parameter rooms: the rooms' names. Its own, ``id``, cannot be left.
    public func leave(_ rooms: Room...) async {
        await self.namespace.local.leave(self, rooms)
    }

    /// The rooms the socket is in, without its own. Empty once it has left.
    public func rooms() async -> Set<Room> {
        await self.namespace.local.rooms(of: self)
    }

    // MARK: - Leaving

    /// Makes the client leave the namespace: it is sent a DISCONNECT packet (socket.io-protocol 5, "Disconnection from a
    /// namespace") and does not reconnect by itself. Events of it that still wait are dropped; the handlers for leaving
    /// run, with ``DisconnectReason/serverNamespaceDisconnect``. Returns at once.
    ///
    /// - Parameter closeConnection: also closes the connection with its other namespaces. Default false.
    public func disconnect(closeConnection: Bool = false) {
        self.connection.run { _ in
            self.namespace.local.client(of: self)?.disconnect(self, closeConnection: closeConnection)
        }
    }

    // MARK: - Inside the library

    /// - Parameter then: called on the loop, once the packet is sent or dropped.
    func send(_ packet: EncodedPacket, isVolatile: Bool = false, then: (@Sendable () -> Void)? = nil) {
        self.connection.run { connection in
            // On the loop, where it leaves: what was sent before that goes out.
            if !self.hasLeft.load(ordering: .relaxed) { connection.send(packet, isVolatile: isVolatile) }
            then?()
        }
    }

    /// The server made the socket leave: what it sent before and still waits is not handled any more.
    func expel() {
        self.isExpelled.store(true, ordering: .relaxed)
    }

    /// An event came: handles it now if that can be, on the loop, and otherwise in its turn.
    ///
    /// - Returns: false if more waits for the handlers than allowed.
    func receive(_ event: Event) -> Bool {
        if self.drains.load(ordering: .relaxed) == 0, let attempt = self.namespace.immediateHandler(for: event.name),
            attempt(self, event)
        {
            return true
        }
        return self.receive(.event(event))
    }

    /// - Returns: false if more waits for the handlers than allowed.
    func receive(_ item: Inbox.Item) -> Bool {
        self.inbox.add(item) {
            self.activity.begin()
            self.drains.add(1, ordering: .relaxed)
            Task(executorPreference: self.executor) {
                await self.drain()
                self.activity.end()
                // Behind all that the handlers have sent: an event that is handled at once must not overtake that.
                self.connection.eventLoop.execute { self.drains.subtract(1, ordering: .relaxed) }
            }
        }
    }

    /// - Returns: false if the socket has left, and `waiting` will not be called.
    func expectAck(_ id: Int, _ waiting: @escaping PendingAcks.Waiting) -> Bool {
        self.acks.withLock { $0.add(id, waiting) }
    }

    func endAck(_ id: Int, _ result: Result<Answer, AckError>) {
        self.acks.withLock { $0.take(id) }?(result)
    }

    /// Nothing is sent any more, and no answer comes.
    func leave() {
        self.hasLeft.store(true, ordering: .relaxed)
        for waiting in self.acks.withLock({ $0.close() }) { waiting(.failure(.disconnected)) }
    }

    private func drain() async {
        while true {
            let items = self.inbox.next()
            if items.isEmpty { return }
            for (index, item) in items.enumerated() {
                // Handlers that do not wait: on an event loop it is time for the other sockets.
                if index > 0, index.isMultiple(of: 32), self.executor != nil { await Task.yield() }
                await self.handle(item)
                self.inbox.handled(item)
            }
        }
    }

    private func handle(_ item: Inbox.Item) async {
        switch item {
        case .connected:
            for handler in self.namespace.handlers.connection { await handler(self) }
        case .event(let event):
            guard !self.isExpelled.load(ordering: .relaxed) else { return }
            for handler in self.namespace.handlers(for: event.name) { await handler(self, event) }
        case .left(let reason, let rooms):
            for handler in self.namespace.handlers.disconnect { await handler(self, reason, rooms) }
        }
    }
}
