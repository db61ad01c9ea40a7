import EngineIO
import NIOCore
import Synchronization

/// The sockets and rooms of one namespace in this process, a registry per event loop.
final class LocalAdapter: Adapter {
    private let namespace: String
    private let loops = Mutex<[ObjectIdentifier: (loop: any EventLoop, rooms: NIOLoopBound<LoopRooms>)]>([:])

    init(namespace: String) {
        self.namespace = namespace
    }

    // MARK: - Many sockets, from any thread

    func broadcast(_ message: OutboundMessage, to target: BroadcastTarget) {
        self.onEachLoop { rooms in rooms.forEach(target) { $0.connection.send(message) } }
    }

    func disconnect(_ target: BroadcastTarget, closeConnection: Bool) {
        self.onEachLoop { rooms in
            rooms.forEach(target) { $0.client?.disconnect($0.socket, closeConnection: closeConnection) }
        }
    }

    func localSockets(_ target: BroadcastTarget) async -> [Socket] {
        var found: [Socket] = []
        for (loop, rooms) in self.all {
            found += await Self.submit(loop) {
                var sockets: [Socket] = []
                rooms.value.forEach(target) { sockets.append($0.socket) }
                return sockets
            }
        }
        return found
    }

    // MARK: - One socket, from any thread

    func join(_ socket: Socket, _ rooms: [Room]) async {
        await self.onLoop(of: socket) { $0.join(socket.id, rooms) }
    }

    func leave(_ socket: Socket, _ rooms: [Room]) async {
        await self.onLoop(of: socket) { $0.leave(socket.id, rooms) }
    }

    func rooms(of socket: Socket) async -> Set<Room> {
        await self.onLoop(of: socket) { $0[socket.id]?.rooms ?? [] }
    }

    // MARK: - One socket, on its loop

    func add(_ socket: Socket, _ connection: EngineConnection, _ client: Client) {
        self.registry(connection.eventLoop).value.add(.init(socket: socket, connection: connection, client: client))
    }

    /// - Returns: the rooms the socket was in.
    func remove(_ socket: Socket, on loop: any EventLoop) -> Set<Room> {
        self.registry(loop).value.remove(socket.id)
    }

    func member(_ id: SocketID, on loop: any EventLoop) -> LoopRooms.Member? {
        self.registry(loop).value[id]
    }

    // MARK: - Loops

    private var all: [(loop: any EventLoop, rooms: NIOLoopBound<LoopRooms>)] {
        self.loops.withLock { Array($0.values) }
    }

    /// The registry of a loop; made, on that loop, with its first socket.
    private func registry(_ loop: any EventLoop) -> NIOLoopBound<LoopRooms> {
        self.loops.withLock { loops in
            if let entry = loops[ObjectIdentifier(loop)] { return entry.rooms }
            let rooms = NIOLoopBound(LoopRooms(), eventLoop: loop)
            loops[ObjectIdentifier(loop)] = (loop, rooms)
            return rooms
        }
    }

    private func onEachLoop(_ body: @escaping @Sendable (LoopRooms) -> Void) {
        for (loop, rooms) in self.all {
            // Never at once, even on the caller's own loop: what one thread sends must arrive in that order everywhere.
            loop.execute { body(rooms.value) }
        }
    }

    private func onLoop<Result: Sendable>(
        of socket: Socket,
        _ body: @escaping @Sendable (LoopRooms) -> Result
    ) async -> Result {
        let loop = socket.connection.eventLoop
        return await Self.submit(loop) { body(self.registry(loop).value) }
    }

    private static func submit<Result: Sendable>(
        _ loop: any EventLoop,
        _ body: @escaping @Sendable () -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: body()) }
        }
    }
}
