import Logging
public import NIOCore

/// What an application does with one session. Every method is called on the session's event loop and must not block. The
/// session keeps its delegate until it has called ``closed(_:)``.
public protocol EngineConnectionDelegate: AnyObject {
    /// A text message came.
    ///
    /// - Parameter text: valid UTF-8, at most ``EngineConfiguration/maxPayload`` bytes, without the packet's type.
    func received(text: ByteBuffer)
    /// A binary message came.
    ///
    /// - Parameter binary: at most ``EngineConfiguration/maxPayload`` bytes.
    func received(binary: ByteBuffer)
    /// The session is over. Called once, last: nothing can be sent any more.
    ///
    /// - Parameter reason: who ended it and why.
    func closed(_ reason: CloseReason)
}

/// One Engine.IO session (engine.io-protocol 4) with its transport. Confined to the event loop of the request that
/// opened it: everything but ``id``, ``request``, ``eventLoop`` and ``handle`` may be used there only. From anywhere else
/// use its ``handle``.
public final class EngineConnection {
    /// The session's id, which its client knows too.
    public let id: SessionID
    /// The request that opened the session.
    public let request: HandshakeRequest
    /// The loop that everything of this session runs on.
    public var eventLoop: any EventLoop { self.loop.eventLoop }

    private let server: EngineServer
    private let loop: EngineLoop
    private var session: Session
    private var delegate: (any EngineConnectionDelegate)?

    /// The WebSocket that carries the session, or asks to.
    private var link: WebSocketLink?
    private var pendingPoll: Exchange?
    /// Where the answer to a POST is on its way. What the POST led to has to come behind it: a client that is told to
    /// leave while it waits for that answer may never send what it still has (python-socketio).
    private var postLoop: (any EventLoop)?
    /// What waits for a poll, or for the end of an upgrade.
    private var queue: [OutboundMessage] = []
    private var queuedBytes = 0
    private var isFlushScheduled = false
    /// The last answer of a session that has ended between two polls.
    private var farewell = ByteBuffer()
    var wheelPlace: DeadlineWheel.Place?

    init(server: EngineServer, loop: EngineLoop, request: HandshakeRequest, transport: Transport) {
        self.id = server.makeID()
        self.server = server
        self.loop = loop
        self.request = request
        self.session = Session(transport: transport, timing: server.timing, at: loop.now)
    }

    /// Reaches this session from any thread.
    public var handle: EngineHandle {
        EngineHandle(self.id, NIOLoopBound(self, eventLoop: self.eventLoop), self.loop.executor)
    }

    /// The transport that carries the session now. It moves at most once, from polling to WebSocket.
    public var transport: Transport { self.session.transport }

    /// Whether messages are still sent. False before ``EngineConnectionDelegate/closed(_:)`` is called.
    public var isOpen: Bool { self.session.isOpen }

    /// Whether a message sent now would leave without waiting for the client. True where that cannot be told: the session
    /// was upgraded to a WebSocket on another event loop.
    public var isWritable: Bool {
        guard self.session.transport == .webSocket else {
            return self.pendingPoll != nil && !self.session.holdsMessages
        }
        return self.link?.isWritable ?? false
    }

    /// Sends a message, in order; it leaves at the end of the loop's tick, together with others. On a closed session it is
    /// dropped. If more waits than ``EngineConfiguration/maxBufferedBytes``, the session ends with
    /// ``CloseReason/bufferOverflow``.
    ///
    /// - Parameters:
    ///   - message: may be sent to many sessions.
    ///   - isVolatile: drops the message where it would have to wait: no poll is pending, or the client reads slower than
    ///     it is sent to. Default false.
    public func send(_ message: OutboundMessage, isVolatile: Bool = false) {
        guard self.session.isOpen else { return }
        if self.session.transport == .webSocket, let link {
            link.write(message, isVolatile: isVolatile)
            return
        }
        // A message larger than the bound still goes to a client that has taken everything before.
        let hasRoom =
            self.queue.isEmpty || self.queuedBytes + message.size <= self.server.configuration.maxBufferedBytes
        guard !isVolatile || (self.isWritable && hasRoom) else {
            self.loop.droppedMessages += 1
            return
        }
        guard hasRoom else { return self.perform(self.session.close(.bufferOverflow)) }
        self.queue.append(message)
        self.queuedBytes += message.size
        self.loop.noteSent()
        self.scheduleFlush()
    }

    /// Something will be sent in this tick, for which its flush should wait.
    func noteSent() {
        self.loop.noteSent()
    }

    /// Runs `work` on the loop, once what was sent to its sessions in this tick has been written.
    package func afterFlush(_ work: @escaping () -> Void) {
        self.loop.afterFlush(work)
    }

    /// Ends the session after what was sent has left; a polling client fetches it with its next poll, for which it is kept
    /// 5 s. Calls ``EngineConnectionDelegate/closed(_:)`` before it returns. On a closed session nothing happens.
    ///
    /// - Parameter reason: what the delegate is told, and what chooses a WebSocket's status. Default
    ///   ``CloseReason/forcedClose``.
    public func close(_ reason: CloseReason = .forcedClose) {
        self.perform(self.session.end(reason, at: self.loop.now))
    }

    // MARK: - Opening

    /// The body of the `0` packet (engine.io-protocol 4, "Handshake").
    private var openPacket: OutboundMessage {
        let configuration = self.server.configuration
        let upgrades =
            configuration.allowsUpgrades && self.transport == .polling && configuration.transports.contains(.webSocket)
        return OutboundMessage(
            .open,
            """
            {"sid":"\(self.id)","upgrades":[\(upgrades ? "\"websocket\"" : "")],\
            "pingInterval":\(configuration.pingInterval.wholeMilliseconds),\
            "pingTimeout":\(configuration.pingTimeout.wholeMilliseconds),"maxPayload":\(configuration.maxPayload)}
            """
        )
    }

    /// Answers a polling handshake and hands the session to the application.
    func open(answering exchange: Exchange) {
        exchange.respond(EngineResponse(self.openPacket))
        self.start()
    }

    /// Opens the session on a WebSocket of the same event loop.
    func open(on link: WebSocketLink) {
        self.link = link
        link.write(self.openPacket)
        self.start()
    }

    private func start() {
        self.loop.add(self)
        self.delegate = self.server.accept(self)
    }

    // MARK: - Polling

    /// A GET of this session.
    func poll(_ exchange: Exchange) {
        self.behindProbe { $0.serve(exchange) }
    }

    private func serve(_ exchange: Exchange) {
        // What is due is due, also when the sweep comes a little later.
        self.expire(at: self.loop.now)
        switch self.session.poll(isAnotherPending: self.pendingPoll != nil, at: self.loop.now) {
        case .serve:
            self.pendingPoll = exchange
            self.loop.watch(self)
            if !self.queue.isEmpty, !self.session.holdsMessages { self.answerPoll() }
        case .farewell:
            self.sayFarewell(to: exchange)
        case .conflict:
            self.perform(.close(.transportError))
            exchange.respond(EngineResponse(.badRequest))
        case .refuse:
            exchange.respond(EngineResponse(.badRequest))
        }
    }

    /// A POST of this session.
    func post(_ body: ByteBuffer, _ exchange: Exchange) {
        self.expire(at: self.loop.now)
        guard self.session.isOpen, self.session.transport == .polling else {
            return exchange.respond(EngineResponse(.badRequest))
        }
        self.postLoop = exchange.eventLoop
        do throws(PacketError) {
            try PollingPayload.decode(body) { packet throws(PacketError) in
                self.receive(packet, over: .polling)
                return self.session.isOpen
            }
            exchange.respond(.ok)
        } catch {
            exchange.respond(EngineResponse(.badRequest))
            self.perform(self.session.close(.parseError))
        }
    }

    /// The client went away while its GET or POST was being answered.
    func abort(_ exchange: Exchange) {
        self.behindProbe { session in
            guard session.pendingPoll === exchange else { return }
            session.pendingPoll = nil
            session.perform(session.session.close(.transportClose))
        }
    }

    /// Runs `body` now, or behind what a WebSocket that asks for the session has received: a client sends `5` there and
    /// its next request here, and the loop of the WebSocket may be the slower one.
    private func behindProbe(_ body: @escaping @Sendable (EngineConnection) -> Void) {
        guard let link, self.session.transport == .polling else { return body(self) }
        let handle = self.handle
        link.behindReads { handle.goOn(body) }
    }

    // MARK: - WebSocket

    /// A WebSocket asks for this session. False: the session has one, or is over.
    func attach(_ link: WebSocketLink) -> Bool {
        guard self.session.attachWebSocket(at: self.loop.now) else { return false }
        self.link = link
        self.loop.watch(self)
        return true
    }

    /// A packet from a WebSocket of this session; from one it has let go of, nothing happens.
    func receive(_ packet: InboundPacket, from link: WebSocketLink) {
        guard link === self.link else { return }
        if self.session.transport == .webSocket {
            self.receive(packet, over: .webSocket)
        } else {
            self.perform(self.session.receiveDuringUpgrade(packet))
        }
    }

    /// A WebSocket of this session is gone, or broke the protocol.
    func webSocketEnded(_ link: WebSocketLink, _ reason: CloseReason) {
        guard link === self.link else { return }
        if self.session.transport == .webSocket {
            self.perform(self.session.close(reason))
        } else {
            self.perform(self.session.abandonUpgrade())
        }
    }

    // MARK: - Doing what the session decided

    private func receive(_ packet: InboundPacket, over transport: Transport) {
        let action = self.session.receive(packet, over: transport, at: self.loop.now)
        guard action == .deliver else { return self.perform(action) }
        switch packet {
        case .text(_, let payload): self.delegate?.received(text: payload)
        case .binary(let payload): self.delegate?.received(binary: payload)
        }
    }

    private func perform(_ action: Session.Action) {
        switch action {
        case .none, .deliver:
            break
        case .ping:
            self.send(.ping)
        case .answerProbe:
            self.link?.write(.pongProbe)
            self.endPoll(with: EngineResponse(.noop))
        case .completeUpgrade:
            // It came after the probe was answered: to this client, polling is over.
            self.endPoll(with: EngineResponse(.badRequest))
            self.link?.write(self.takeQueue())
        case .abandonUpgrade:
            self.link?.close(.protocolError)
            self.link = nil
            if !self.queue.isEmpty { self.scheduleFlush() }
        case .endPoll:
            self.endPoll(with: EngineResponse(.noop))
        case .close(let reason):
            self.endPoll(with: EngineResponse(.close))
            self.link?.close(reason.webSocketCode)
            self.link = nil
            self.finish(reason)
            self.server.forget(self)
        case .linger(let reason):
            // A client that closed gets no more than the end of its poll; otherwise what was sent before the close
            // belongs to the client. When the server stops, no word of a close: some clients would not come back.
            let waiting = reason == .transportClose ? [] : self.takeQueue()
            let isQuiet = reason == .transportClose || reason == .shuttingDown
            self.farewell = Self.body(waiting + [isQuiet ? .noop : .close])
            self.link?.close(reason.webSocketCode)
            self.link = nil
            self.finish(reason)
            if self.pendingPoll == nil { return self.loop.watch(self) }
            self.endPoll(with: EngineResponse(body: self.farewell))
            self.server.forget(self)
        case .forget:
            self.server.forget(self)
        }
    }

    private func sayFarewell(to exchange: Exchange) {
        exchange.respond(EngineResponse(body: self.farewell))
        self.server.forget(self)
    }

    /// Tells the application, once, and drops what nobody will fetch.
    private func finish(_ reason: CloseReason) {
        self.server.logger.debug("Session ended", metadata: ["sid": "\(self.id)", "reason": "\(reason)"])
        _ = self.takeQueue()
        self.loop.remove(self)
        let delegate = self.delegate
        self.delegate = nil
        delegate?.closed(reason)
    }

    // MARK: - Output of the polling transport

    private func scheduleFlush() {
        guard self.pendingPoll != nil, !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.loop.flushSoon(self)
    }

    private func answerPoll() {
        self.endPoll(with: EngineResponse(body: Self.body(self.takeQueue())))
    }

    private func endPoll(with response: @autoclosure () -> EngineResponse) {
        guard let poll = self.pendingPoll else { return }
        self.pendingPoll = nil
        poll.respond(response(), behind: self.postLoop)
        self.postLoop = nil
    }

    private func takeQueue() -> [OutboundMessage] {
        defer {
            self.queue = []
            self.queuedBytes = 0
        }
        return self.queue
    }

    private static func body(_ messages: [OutboundMessage]) -> ByteBuffer {
        var body = ByteBufferAllocator().buffer(capacity: messages.reduce(0) { $0 + $1.size })
        for message in messages { PollingPayload.append(message, to: &body) }
        return body
    }
}

extension EngineConnection: Flushable {
    func flushPending() {
        self.isFlushScheduled = false
        guard self.pendingPoll != nil, !self.queue.isEmpty, !self.session.holdsMessages else { return }
        self.answerPoll()
    }
}

extension EngineConnection: Expirable {
    var deadline: NIODeadline? { self.session.deadline }

    func expire(at now: NIODeadline) {
        while true {
            let action = self.session.tick(at: now)
            guard action != .none else { return }
            self.perform(action)
        }
    }
}
