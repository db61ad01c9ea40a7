import EngineIO
import Logging
import NIOCore

/// One connection with its sockets, one in each namespace it entered. Confined to the connection's event loop.
final class Client: EngineConnectionDelegate {
    private enum Entry {
        /// Middleware is running.
        case connecting
        case connected(Socket)
    }

    private let connection: EngineConnection
    private let server: ServerParts
    private let inboxRoom: InboxRoom
    /// Taken by each socket with what it was opened with, for as long as it is kept.
    private let socketRoom: InboxRoom
    private var decoder: PacketDecoder
    private var entries: [String: Entry] = [:]
    /// Namespaces the server made this client leave: packets for them may still be on their way.
    private var left: Set<String> = []
    /// More names than these are not remembered: names are the client's word.
    private static let maxLeft = 100
    private var connectTimer: Scheduled<Void>?

    init(_ connection: EngineConnection, of server: ServerParts) {
        let configuration = server.configuration
        self.connection = connection
        self.server = server
        self.inboxRoom = InboxRoom(bytes: configuration.maxInboxBytes)
        self.socketRoom = InboxRoom(bytes: max(configuration.maxInboxBytes, 1 << 20))
        self.decoder = PacketDecoder(
            maxAttachments: configuration.maxAttachments,
            maxAttachmentBytes: configuration.maxInboxBytes
        )
        self.connectTimer = connection.eventLoop.assumeIsolated()
            .scheduleTask(
                in: .init(configuration.connectTimeout)
            ) { [weak self] in
                self?.connection.close()
            }
    }

    // MARK: - From the transport

    func received(text: ByteBuffer) {
        self.receive { decoder throws(PacketError) in try decoder.receive(text: text) }
    }

    func received(binary: ByteBuffer) {
        // Nobody keeps attachments for a client that has entered nothing.
        guard !self.entries.isEmpty else { return self.connection.close(.parseError) }
        self.receive { decoder throws(PacketError) in try decoder.receive(binary: binary) }
    }

    func closed(_ reason: CloseReason) {
        self.connectTimer?.cancel()
        self.connectTimer = nil
        let entries = self.entries
        self.entries = [:]
        for case .connected(let socket) in entries.values { self.remove(socket, DisconnectReason(reason)) }
    }

    private func receive(_ decode: (inout PacketDecoder) throws(PacketError) -> Packet?) {
        do throws(PacketError) {
            guard let packet = try decode(&self.decoder) else { return }
            try self.handle(packet)
        } catch {
            self.connection.close(.parseError)
        }
    }

    private func handle(_ packet: Packet) throws(PacketError) {
        if packet.kind == .connect { return try self.connect(packet) }
        guard let socket = self.socket(packet.namespace) else {
            // Nothing may come before CONNECT completes. Only what crosses our own DISCONNECT is ordinary.
            guard self.entries[packet.namespace] == nil, self.left.contains(packet.namespace) else { throw .malformed }
            return
        }
        switch packet.kind {
        case .event, .binaryEvent:
            guard self.server.activity.takesEvents else { return }
            let event = Event(
                name: packet.name,
                arguments: packet.arguments,
                attachments: packet.attachments,
                ack: packet.ackID.map { Ack($0, of: socket, self.server.activity) },
                messageBytes: packet.messageBytes
            )
            if !socket.receive(event) { self.connection.close(.bufferOverflow) }
        case .ack, .binaryAck:
            guard let id = packet.ackID else { return }
            socket.endAck(id, .success(Answer(arguments: packet.arguments, attachments: packet.attachments)))
        case .disconnect:
            self.leave(socket, .clientNamespaceDisconnect)
        case .connect, .connectError:
            throw .malformed
        }
    }

    private func socket(_ namespace: String) -> Socket? {
        if case .connected(let socket)? = self.entries[namespace] { socket } else { nil }
    }

    // MARK: - Entering

    private func connect(_ packet: Packet) throws(PacketError) {
        guard self.entries[packet.namespace] == nil else { throw .malformed }
        guard let namespace = self.server.namespaces.namespace(entering: packet.namespace, packet.auth) else {
            return self.connection.send(PacketEncoder.refused(packet.namespace, .invalidNamespace))
        }
        guard let room = self.socketRoom.hold(1024 + packet.messageBytes) else {
            self.server.namespaces.left(namespace)
            return self.connection.close(.bufferOverflow)
        }
        let handle = self.connection.handle
        let executor = self.server.configuration.runsHandlersOnEventLoop ? handle.executor : nil
        let socket = Socket(
            namespace: namespace,
            auth: packet.auth,
            connection: handle,
            executor: executor,
            handshake: self.connection.request,
            inboxRoom: self.inboxRoom,
            room: room,
            activity: self.server.activity
        )
        guard !namespace.handlers.middleware.isEmpty else { return self.enter(socket) }
        self.entries[namespace.name] = .connecting
        let client = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        let loop = self.connection.eventLoop
        let logger = self.server.logger
        Task(executorPreference: executor) {
            let refusal = await namespace.refusal(of: socket, logger: logger)
            loop.execute { client.value.finishConnecting(socket, refusal) }
        }
    }

    private func finishConnecting(_ socket: Socket, _ refusal: ConnectError?) {
        let name = socket.namespace.name
        // The connection may have gone while the middleware ran.
        guard case .connecting? = self.entries[name] else { return self.server.namespaces.left(socket.namespace) }
        self.entries[name] = nil
        if let refusal {
            self.server.namespaces.left(socket.namespace)
            self.connection.send(PacketEncoder.refused(name, refusal))
        } else {
            self.enter(socket)
        }
    }

    private func enter(_ socket: Socket) {
        self.connectTimer?.cancel()
        self.connectTimer = nil
        self.entries[socket.namespace.name] = .connected(socket)
        self.left.remove(socket.namespace.name)
        socket.namespace.local.add(socket, self.connection, self)
        // Handlers begin in the loop's next turn, or their sending waits for it: what they send comes behind.
        _ = socket.receive(.connected)
        self.connection.send(PacketEncoder.connected(socket.namespace.name, sid: socket.id))
    }

    // MARK: - Leaving

    /// Makes a socket leave by the server's will.
    func disconnect(_ socket: Socket, closeConnection: Bool) {
        self.connection.send(PacketEncoder.disconnected(socket.namespace.name))
        if self.left.count < Self.maxLeft { self.left.insert(socket.namespace.name) }
        socket.expel()
        self.leave(socket, .serverNamespaceDisconnect)
        if closeConnection { self.connection.close() }
    }

    private func leave(_ socket: Socket, _ reason: DisconnectReason) {
        guard self.socket(socket.namespace.name) === socket else { return }
        self.entries[socket.namespace.name] = nil
        self.remove(socket, reason)
    }

    private func remove(_ socket: Socket, _ reason: DisconnectReason) {
        let rooms = socket.namespace.local.remove(socket)
        self.server.namespaces.left(socket.namespace)
        socket.leave()
        _ = socket.receive(.left(reason, rooms))
    }
}
