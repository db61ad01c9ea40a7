import NIOCore
import SocketIO

/// One namespace's part of a cluster: what is sent goes to the sockets of this server and to the stream; what others
/// put there goes to the sockets of this server.
final class StreamAdapter: Adapter {
    private let local: LocalAdapter
    private let streams: RedisStreams

    init(_ local: LocalAdapter, _ streams: RedisStreams) {
        self.local = local
        self.streams = streams
    }

    deinit { self.streams.forget(ObjectIdentifier(self), of: self.local.namespace) }

    // MARK: - To others

    func broadcast(_ packet: EventPacket, to target: BroadcastTarget, _ flags: BroadcastFlags) {
        self.streams.append(
            self.message(.broadcast, packet.attachments) { fields in
                fields.field("packet", Wire.packet(packet, self.local.namespace))
                fields.field("opts", Wire.options(target, flags))
            }
        )
        self.local.broadcast(packet, to: target, flags)
    }

    func broadcastWithAck(
        _ packet: EventPacket,
        to target: BroadcastTarget,
        timeout: Duration
    ) async -> BroadcastAnswers {
        async let here = self.local.broadcastWithAck(packet, to: target, timeout: timeout)
        let found = await self.streams.ask(fromSockets: true, within: timeout) { id in
            self.message(.broadcast, packet.attachments) { fields in
                fields.field("packet", Wire.packet(packet, self.local.namespace))
                fields.field("opts", Wire.options(target, BroadcastFlags(), timeout))
                fields.field("requestId", id)
            }
        }
        let own = await here
        return BroadcastAnswers(
            answers: own.answers + Self.answers(found),
            missing: own.missing + max(0, found.sockets - found.values.count)
        )
    }

    func fetchSockets(_ target: BroadcastTarget) async -> [RemoteSocket] {
        var sockets = await self.local.fetchSockets(target)
        let found = await self.streams.ask(within: self.streams.options.timeout) { id in
            self.message(.fetch) { fields in
                fields.field("opts", Wire.options(target))
                fields.field("requestId", id)
            }
        }
        for (json, _) in found.values { sockets += (json.array ?? []).compactMap(Wire.socket) }
        return sockets
    }

    func join(_ rooms: [Room], _ target: BroadcastTarget) async {
        self.tell(.join, rooms, target)
        await self.local.join(rooms, target)
    }

    func leave(_ rooms: [Room], _ target: BroadcastTarget) async {
        self.tell(.leave, rooms, target)
        await self.local.leave(rooms, target)
    }

    private func tell(_ kind: ClusterMessage.Kind, _ rooms: [Room], _ target: BroadcastTarget) {
        self.streams.append(
            self.message(kind) { fields in
                fields.field("opts", Wire.options(target))
                fields.field("rooms", rooms)
            }
        )
    }

    func disconnect(_ target: BroadcastTarget, closeConnection: Bool) {
        self.streams.append(
            self.message(.disconnect) { fields in
                fields.field("opts", Wire.options(target))
                fields.field("close", closeConnection)
            }
        )
        self.local.disconnect(target, closeConnection: closeConnection)
    }

    func serverSideEmit(_ packet: EventPacket) {
        self.streams.publish(self.message(.serverSideEmit) { $0.field("packet", Wire.words(packet)) })
    }

    func serverSideEmitWithAck(_ packet: EventPacket, timeout: Duration) async -> BroadcastAnswers {
        let found = await self.streams.ask(within: timeout) { id in
            self.message(.serverSideEmit) { fields in
                fields.field("requestId", id)
                fields.field("packet", Wire.words(packet))
            }
        }
        return BroadcastAnswers(
            answers: Self.answers(found),
            missing: max(0, found.servers - found.values.count)
        )
    }

    private static func answers(_ found: PendingRequests.Found) -> [Answer] {
        found.values.map { Answer(arguments: [$0.json], attachments: $0.attachments) }
    }

    private func message(
        _ kind: ClusterMessage.Kind,
        _ attachments: [ByteBuffer] = [],
        _ data: (inout JSONObjectWriter) -> Void
    ) -> ClusterMessage {
        let id = self.streams.id
        return ClusterMessage(kind, from: id, in: self.local.namespace, data: .object(data), attachments: attachments)
    }

    // MARK: - From others

    /// One behind the other, so that who enters a room hears what is sent there next. What waits for clients or for an
    /// application does so in a task of its own.
    func receive(_ message: ClusterMessage) async {
        guard let data = message.data.object else { return }
        let id = data["requestId"]?.string
        guard message.sender != self.streams.id else {
            if let id { self.streams.requests.hearItself(id) }
            return
        }
        let target = Wire.target(data["opts"])
        switch message.kind {
        case .initialHeartbeat:
            self.streams.gaps.note()
        case .heartbeat, .adapterClose:
            break
        case .broadcast:
            guard let packet = Wire.packet(data["packet"], message.attachments) else { return }
            if let id {
                self.ask(packet, target, Wire.timeout(data["opts"]) ?? self.streams.options.timeout, id, message.sender)
            } else {
                self.local.broadcast(packet, to: target, Wire.flags(data["opts"]))
            }
        case .join:
            await self.local.join(Wire.rooms(data["rooms"]), target)
        case .leave:
            await self.local.leave(Wire.rooms(data["rooms"]), target)
        case .disconnect:
            self.local.disconnect(target, closeConnection: data["close"]?.bool ?? false)
        case .fetch:
            guard let id else { return }
            Task {
                let sockets = await self.local.fetchSockets(target)
                self.answer(.fetchResponse, to: message.sender, id) { $0.field("sockets", sockets.map(Wire.socket)) }
            }
        case .serverSideEmit:
            guard let packet = Wire.packet(words: data["packet"], message.attachments) else { return }
            guard let id else { return self.streams.inTurn { [local] in _ = await local.receiveServerSide(packet) } }
            // Not in turn: two servers may ask each other while they answer.
            Task {
                guard let answer = await self.local.receiveServerSide(packet) else { return }
                self.answer(.serverSideEmitResponse, to: message.sender, id, answer)
            }
        case .fetchResponse:
            self.take(data["sockets"], of: message, id)
        case .serverSideEmitResponse, .broadcastAck:
            self.take(data["packet"], of: message, id)
        case .broadcastClientCount:
            guard let id else { return }
            self.streams.requests.expect(sockets: data["clientCount"]?.int ?? 0, from: message.sender, for: id)
        }
    }

    private func take(_ answer: JSON?, of message: ClusterMessage, _ id: String?) {
        guard let id else { return }
        self.streams.requests.add(answer ?? .null, message.attachments, from: message.sender, to: id)
    }

    private func ask(
        _ packet: EventPacket,
        _ target: BroadcastTarget,
        _ timeout: Duration,
        _ id: String,
        _ sender: String
    ) {
        Task {
            _ = await self.local.broadcastWithAck(
                packet,
                to: target,
                timeout: timeout,
                onAsked: { count in
                    self.answer(.broadcastClientCount, to: sender, id) { $0.field("clientCount", count) }
                },
                onAnswer: { self.answer(.broadcastAck, to: sender, id, $0) }
            )
        }
    }

    /// The reference hands on one value, the first.
    private func answer(_ kind: ClusterMessage.Kind, to server: String, _ id: String, _ answer: Answer) {
        let first = answer.arguments.first
        self.answer(kind, to: server, id, answer.attachments) { fields in
            if let first { fields.field("packet", first) }
        }
    }

    private func answer(
        _ kind: ClusterMessage.Kind,
        to server: String,
        _ id: String,
        _ attachments: [ByteBuffer] = [],
        _ data: (inout JSONObjectWriter) -> Void
    ) {
        let message = self.message(kind, attachments) { fields in
            fields.field("requestId", id)
            data(&fields)
        }
        self.streams.publish(message, to: server)
    }
}

/// Packets, targets and sockets as the reference writes them.
enum Wire {
    private static let event = 2
    /// Milliseconds.
    private static let longestTimeout = 3_600_000.0

    static func words(_ packet: EventPacket) -> [JSON] { [JSON(packet.name)] + packet.arguments }

    static func packet(_ packet: EventPacket, _ namespace: String) -> JSON {
        .object { fields in
            fields.field("type", Self.event)
            fields.field("data", Self.words(packet))
            fields.field("nsp", namespace)
        }
    }

    static func packet(_ json: JSON?, _ attachments: [ByteBuffer]) -> EventPacket? {
        self.packet(words: json?.object?["data"], attachments)
    }

    static func packet(words json: JSON?, _ attachments: [ByteBuffer]) -> EventPacket? {
        guard let words = json?.array, let name = words.first?.string else { return nil }
        return EventPacket(name: name, arguments: Array(words.dropFirst()), attachments: attachments)
    }

    static func options(
        _ target: BroadcastTarget,
        _ flags: BroadcastFlags = BroadcastFlags(),
        _ timeout: Duration? = nil
    ) -> JSON {
        .object { fields in
            fields.field("rooms", Array(target.rooms))
            fields.field("except", Array(target.except))
            let flags = JSON.object { fields in
                if flags.isVolatile { fields.field("volatile", true) }
                fields.field("timeout", timeout.map { Int(min(max($0 / .milliseconds(1), 0), Self.longestTimeout)) })
            }
            fields.field("flags", flags)
        }
    }

    static func target(_ json: JSON?) -> BroadcastTarget {
        let fields = json?.object
        return BroadcastTarget(rooms: Set(Self.rooms(fields?["rooms"])), except: Set(Self.rooms(fields?["except"])))
    }

    static func rooms(_ json: JSON?) -> [Room] { (json?.array ?? []).compactMap(\.string) }

    static func flags(_ json: JSON?) -> BroadcastFlags {
        var flags = BroadcastFlags()
        flags.isVolatile = json?.object?["flags"]?.object?["volatile"]?.bool ?? false
        return flags
    }

    static func timeout(_ json: JSON?) -> Duration? {
        json?.object?["flags"]?.object?["timeout"]?.int.map { .milliseconds(min(max($0, 0), Int(Self.longestTimeout))) }
    }

    /// The reference's own room of a socket is one of its rooms.
    static func socket(_ socket: RemoteSocket) -> JSON {
        .object { fields in
            fields.field("id", socket.id.rawValue)
            fields.field("handshake", JSON.emptyObject)
            fields.field("rooms", [socket.id.rawValue] + socket.rooms)
            fields.field("data", socket.data)
        }
    }

    static func socket(_ json: JSON) -> RemoteSocket? {
        guard let fields = json.object, let id = fields["id"]?.string else { return nil }
        let rooms = Set(Self.rooms(fields["rooms"])).subtracting([id])
        return RemoteSocket(id: SocketID(rawValue: id), rooms: rooms, data: fields["data"] ?? .emptyObject)
    }
}
