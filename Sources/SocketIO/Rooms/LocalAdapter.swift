import EngineIO
import NIOCore
import Synchronization

/// The sockets and rooms of one namespace in this process, a registry per event loop. An ``AdapterFactory`` gets it; what
/// its adapter receives from other servers it hands on to these methods. Thread-safe.
public final class LocalAdapter: Adapter {
    /// The name of the namespace.
    public let namespace: String

    typealias OnBroadcast = @Sendable (_ event: String, _ time: TimeAmount) -> Void

    private let handlers: SharedHandlers
    private let onBroadcast: OnBroadcast?
    /// One for each event loop, so a few: to go through them costs less than to hash, and a broadcast copies nothing.
    private let loops = Mutex<[NIOLoopBound<LoopRooms>]>([])
    private let broadcastIDs = Atomic(0)

    init(namespace: String, handlers: SharedHandlers, onBroadcast: OnBroadcast? = nil) {
        self.namespace = namespace
        self.handlers = handlers
        self.onBroadcast = onBroadcast
    }

    // MARK: - Many sockets, from any thread

    /// Sends an event to the sockets of this process that `target` means. It is encoded once, with one hop for each event
    /// loop. Returns at once.
    ///
    /// - Parameters:
    ///   - packet: the event.
    ///   - target: whom it is for.
    ///   - flags: how it is sent.
    public func broadcast(_ packet: EventPacket, to target: BroadcastTarget, _ flags: BroadcastFlags) {
        let encoded = PacketEncoder.event(self.namespace, packet)
        guard let onBroadcast else {
            return self.onEachLoop { rooms in
                rooms.forEach(target) { $0.connection.send(encoded, isVolatile: flags.isVolatile) }
            }
        }
        let (start, name) = (NIODeadline.now(), packet.name)
        self.onEachLoop { rooms in
            var reached: EngineConnection?
            rooms.forEach(target) {
                $0.connection.send(encoded, isVolatile: flags.isVolatile)
                reached = $0.connection
            }
            guard let reached else { return }
            rooms.awaitingFlush.append((name, start))
            guard rooms.awaitingFlush.count == 1 else { return }
            // Once for all of this tick.
            reached.afterFlush {
                let end = NIODeadline.now()
                for (name, start) in rooms.awaitingFlush { onBroadcast(name, end - start) }
                rooms.awaitingFlush.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Sends an event to the sockets of this process that `target` means and waits until all have answered or left, or
    /// until `timeout`.
    ///
    /// - Parameters:
    ///   - packet: the event.
    ///   - target: whom it is for.
    ///   - timeout: how long to wait.
    /// - Returns: the answers, and how many sockets left or owe theirs.
    public func broadcastWithAck(
        _ packet: EventPacket,
        to target: BroadcastTarget,
        timeout: Duration
    ) async -> BroadcastAnswers {
        await self.broadcastWithAck(packet, to: target, timeout: timeout, onAsked: { _ in }, onAnswer: { _ in })
    }

    /// The same for an adapter that hands on each answer as it comes.
    ///
    /// - Parameters:
    ///   - packet: the event.
    ///   - target: whom it is for.
    ///   - timeout: how long to wait.
    ///   - onAsked: told once how many sockets were asked; by then some may have answered.
    ///   - onAnswer: told of each answer, on whatever thread it comes.
    /// - Returns: the answers, and how many sockets left or owe theirs.
    public func broadcastWithAck(
        _ packet: EventPacket,
        to target: BroadcastTarget,
        timeout: Duration,
        onAsked: @Sendable (Int) -> Void,
        onAnswer: @escaping @Sendable (Answer) -> Void
    ) async -> BroadcastAnswers {
        let id = Self.firstBroadcastAckID + self.broadcastIDs.wrappingAdd(1, ordering: .relaxed).oldValue
        let encoded = PacketEncoder.event(self.namespace, packet, ackID: id)
        let collector = AckCollector(onAnswer: onAnswer)
        var count = 0
        for rooms in self.all {
            let asked = await Self.submit(rooms) { registry in
                var asked: [Socket] = []
                registry.forEach(target) { member in
                    guard member.socket.expectAck(id, { collector.add($0) }) else { return }
                    asked.append(member.socket)
                    member.connection.send(encoded)
                }
                return asked
            }
            collector.expect(asked)
            count += asked.count
        }
        onAsked(count)
        return await collector.answers(within: timeout) { $0.endAck(id, .failure(.timeout)) }
    }

    /// What other servers may see of the sockets of this process that `target` means.
    ///
    /// - Parameter target: who is meant.
    public func fetchSockets(_ target: BroadcastTarget) async -> [RemoteSocket] {
        await self.collect(target) { RemoteSocket(id: $0.socket.id, rooms: $0.rooms, data: $0.socket.data.shared) }
    }

    /// The sockets of this process that `target` means.
    ///
    /// - Parameter target: who is meant.
    public func sockets(_ target: BroadcastTarget) async -> [Socket] {
        await self.collect(target) { $0.socket }
    }

    func roomCount() async -> Int {
        var names: Set<Room> = []
        for rooms in self.all { names.formUnion(await Self.submit(rooms) { $0.names }) }
        return names.count
    }

    /// Makes the sockets of this process that `target` means enter rooms. They have when it returns.
    ///
    /// - Parameters:
    ///   - rooms: the rooms' names.
    ///   - target: who is meant.
    public func join(_ rooms: [Room], _ target: BroadcastTarget) async {
        await self.change(target) { $0.join($1, rooms) }
    }

    /// Makes the sockets of this process that `target` means leave rooms. They have when it returns.
    ///
    /// - Parameters:
    ///   - rooms: the rooms' names.
    ///   - target: who is meant.
    public func leave(_ rooms: [Room], _ target: BroadcastTarget) async {
        await self.change(target) { $0.leave($1, rooms) }
    }

    /// Makes the sockets of this process that `target` means leave the namespace. Returns at once.
    ///
    /// - Parameters:
    ///   - target: who is meant.
    ///   - closeConnection: also closes their connections with all other namespaces.
    public func disconnect(_ target: BroadcastTarget, closeConnection: Bool) {
        self.onEachLoop { rooms in
            rooms.forEach(target) { $0.client?.disconnect($0.socket, closeConnection: closeConnection) }
        }
    }

    /// Does nothing: there are no other servers.
    public func serverSideEmit(_ packet: EventPacket) {}

    /// Returns at once with no answers, and none missing: there are no other servers.
    public func serverSideEmitWithAck(_ packet: EventPacket, timeout: Duration) async -> BroadcastAnswers {
        BroadcastAnswers()
    }

    // MARK: - From other servers

    /// Runs the handlers that the application registered with ``Namespace/onServerSide(_:_:)``. An adapter calls it for
    /// each event that another server sent with ``Adapter/serverSideEmit(_:)`` or
    /// ``Adapter/serverSideEmitWithAck(_:timeout:)``, in the order they came.
    ///
    /// - Returns: what the first handler answers; nil if nobody handles the event.
    public func receiveServerSide(_ packet: EventPacket) async -> Answer? {
        var answer: Answer?
        for handler in self.handlers.current.serverEvents[packet.name] ?? [] {
            let arguments = await handler(packet.arguments)
            answer = answer ?? Answer(arguments: arguments)
        }
        return answer
    }

    /// Ids of broadcasts' acks begin here; those of single sockets count up from 0. Both fit a JavaScript number.
    private static let firstBroadcastAckID = 1 << 40

    // MARK: - One socket, from any thread

    func join(_ socket: Socket, _ rooms: [Room]) async {
        await Self.submit(self.registry(socket)) { $0.join(socket.id, rooms) }
    }

    func leave(_ socket: Socket, _ rooms: [Room]) async {
        await Self.submit(self.registry(socket)) { $0.leave(socket.id, rooms) }
    }

    func rooms(of socket: Socket) async -> Set<Room> {
        await Self.submit(self.registry(socket)) { $0[socket.id]?.rooms ?? [] }
    }

    // MARK: - One socket, on its loop

    func add(_ socket: Socket, _ connection: EngineConnection, _ client: Client) {
        self.registry(socket).value.add(.init(socket: socket, connection: connection, client: client))
    }

    /// - Returns: the rooms the socket was in.
    func remove(_ socket: Socket) -> Set<Room> {
        self.registry(socket).value.remove(socket.id)
    }

    func client(of socket: Socket) -> Client? {
        self.registry(socket).value[socket.id]?.client
    }

    // MARK: - Loops

    private var all: [NIOLoopBound<LoopRooms>] {
        self.loops.withLock { $0 }
    }

    /// The registry of the socket's loop; made with that loop's first socket.
    private func registry(_ socket: Socket) -> NIOLoopBound<LoopRooms> {
        let loop = socket.connection.eventLoop
        return self.loops.withLock { loops in
            if let rooms = loops.first(where: { $0.eventLoop === loop }) { return rooms }
            let rooms = NIOLoopBound(LoopRooms(eventLoop: loop), eventLoop: loop)
            loops.append(rooms)
            return rooms
        }
    }

    private func onEachLoop(_ body: @escaping @Sendable (LoopRooms) -> Void) {
        for rooms in self.all {
            // Never at once, even on the caller's own loop: what one thread sends must arrive in that order everywhere.
            LoopBatch.execute(on: rooms.eventLoop) { body(rooms.value) }
        }
    }

    private func collect<Result: Sendable>(
        _ target: BroadcastTarget,
        _ body: @escaping @Sendable (LoopRooms.Member) -> Result
    ) async -> [Result] {
        var found: [Result] = []
        for rooms in self.all {
            found += await Self.submit(rooms) { registry in
                var part: [Result] = []
                registry.forEach(target) { part.append(body($0)) }
                return part
            }
        }
        return found
    }

    private func change(_ target: BroadcastTarget, _ body: @escaping @Sendable (LoopRooms, SocketID) -> Void) async {
        for rooms in self.all {
            await Self.submit(rooms) { registry in
                registry.forEach(target) { body(registry, $0.socket.id) }
            }
        }
    }

    private static func submit<Result: Sendable>(
        _ rooms: NIOLoopBound<LoopRooms>,
        _ body: @escaping @Sendable (LoopRooms) -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            rooms.eventLoop.execute { continuation.resume(returning: body(rooms.value)) }
        }
    }
}
