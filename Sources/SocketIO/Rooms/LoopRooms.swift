import EngineIO
import NIOCore

/// The sockets of one namespace on one event loop, and the rooms they are in. Confined to that loop, so that a
/// broadcast takes no lock and one hop per loop.
final class LoopRooms {
    /// A socket with the way to its client. A class: to copy a weak reference for each member of a broadcast is dear.
    final class Member {
        let socket: Socket
        let connection: EngineConnection
        private(set) weak var client: Client?
        fileprivate(set) var rooms: Set<Room> = []

        init(socket: Socket, connection: EngineConnection, client: Client) {
            self.socket = socket
            self.connection = connection
            self.client = client
        }
    }

    let eventLoop: any EventLoop
    /// Broadcasts of this tick that somebody wants to know the time of, with their begin.
    var awaitingFlush: [(event: String, start: NIODeadline)] = []
    private var members: [SocketID: Member] = [:]
    private var rooms: [Room: Occupants] = [:]

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    var names: [Room] { Array(self.rooms.keys) }

    subscript(id: SocketID) -> Member? { self.members[id] }

    func add(_ member: Member) {
        self.members[member.socket.id] = member
    }

    /// - Returns: the rooms the socket was in.
    func remove(_ id: SocketID) -> Set<Room> {
        guard let member = self.members.removeValue(forKey: id) else { return [] }
        for room in member.rooms { self.take(id, from: room) }
        return member.rooms
    }

    func join(_ id: SocketID, _ rooms: [Room]) {
        guard self.members[id] != nil else { return }
        for room in rooms where room != id.rawValue {
            self.members[id]?.rooms.insert(room)
            self.rooms[room, default: .none].insert(id)
        }
    }

    func leave(_ id: SocketID, _ rooms: [Room]) {
        for room in rooms where self.members[id]?.rooms.remove(room) != nil { self.take(id, from: room) }
    }

    /// Calls `body` once for each socket that `target` means. Sockets may leave while it runs.
    func forEach(_ target: BroadcastTarget, _ body: (Member) -> Void) {
        let excluded = self.ids(in: target.except)
        if target.rooms.isEmpty {
            for (id, member) in self.members where !excluded.contains(id) { body(member) }
        } else if target.rooms.count == 1, let room = target.rooms.first, case .one(let id)? = self.rooms[room] {
            if !excluded.contains(id), let member = self.members[id] { body(member) }
        } else {
            for id in self.ids(in: target.rooms) where !excluded.contains(id) {
                if let member = self.members[id] { body(member) }
            }
        }
    }

    private func ids(in rooms: Set<Room>) -> Set<SocketID> {
        var found: Set<SocketID> = []
        for room in rooms {
            if let ids = self.rooms[room]?.ids {
                // The common case of one room must not copy it.
                if found.isEmpty { found = ids } else { found.formUnion(ids) }
            } else if self.members[SocketID(rawValue: room)] != nil {
                found.insert(SocketID(rawValue: room))
            }
        }
        return found
    }

    private func take(_ id: SocketID, from room: Room) {
        if self.rooms[room]?.remove(id) == true { self.rooms[room] = nil }
    }
}

/// Who is in a room. Most rooms have one socket in them, and each client is in several: a set for that one would be the
/// larger part of what a room takes.
private enum Occupants {
    case none
    case one(SocketID)
    case many(Set<SocketID>)

    var ids: Set<SocketID> {
        switch self {
        case .none: []
        case .one(let id): [id]
        case .many(let ids): ids
        }
    }

    mutating func insert(_ id: SocketID) {
        switch self {
        case .none:
            self = .one(id)
        case .one(let other):
            if other != id { self = .many([other, id]) }
        case .many(var ids):
            // Without a second reference, so that the set is changed in place.
            self = .none
            ids.insert(id)
            self = .many(ids)
        }
    }

    /// - Returns: whether nobody is left.
    mutating func remove(_ id: SocketID) -> Bool {
        switch self {
        case .none:
            return true
        case .one(let other):
            return other == id
        case .many(var ids):
            self = .none
            ids.remove(id)
            self = .many(ids)
            return ids.isEmpty
        }
    }
}
