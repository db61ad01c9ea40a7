import NIOCore

/// The only handler of a connection that became a WebSocket: bytes in, bytes out, no task and no frame objects.
/// Confined to the channel's event loop, which need not be the session's.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case open
        /// A close frame was sent; what still comes is dropped until the peer answers or time is up.
        case closing(NIODeadline)
        case closed
    }

    /// Output up to this size is gathered in one buffer; a larger message is written as it is.
    private static let gatherLimit = 16 * 1024
    /// NIO's default.
    private static let highWatermark = 64 * 1024
    /// How long the peer may take to answer a close frame.
    private static let closeTimeout = TimeAmount.seconds(1)

    private let loop: EngineLoop
    private let session: EngineHandle
    private let messageTimeout: TimeAmount
    private let maxBufferedBytes: Int
    private let allocator: ByteBufferAllocator

    private var link: WebSocketLink?
    /// The session, when it lives on this loop: no hop and no boxing on the way in.
    private var localSession: EngineConnection?
    private var context: ChannelHandlerContext?
    private var state = State.open
    /// False while the HTTP decoder is still in front: what comes then is no bytes, and to unwrap it ends the process.
    private var acceptsBytes = false
    private var decoder: FrameDecoder
    /// What one read brought for a session on another loop.
    private var forSession: [InboundPacket] = []
    private var messageDeadline: NIODeadline?
    private var output: ByteBuffer?
    private var isFlushScheduled = false
    var wheelPlace: DeadlineWheel.Place?

    init(loop: EngineLoop, session: EngineHandle, configuration: EngineConfiguration, allocator: ByteBufferAllocator) {
        self.loop = loop
        self.session = session
        self.messageTimeout = .init(configuration.messageTimeout)
        self.maxBufferedBytes = configuration.maxBufferedBytes
        self.allocator = allocator
        self.decoder = FrameDecoder(maxPayload: configuration.maxPayload)
    }

    /// Binds the handler to its session. Before the channel reads.
    func start(_ link: WebSocketLink) {
        self.link = link
        self.localSession = self.session.local
    }

    /// The HTTP decoder leaves now; what comes from here on is bytes.
    func acceptBytes() {
        self.acceptsBytes = true
    }

    // MARK: - Output

    private var isOpen: Bool {
        if case .open = self.state { true } else { false }
    }

    /// Whether the channel holds less than its high watermark of bytes that the client has not taken.
    var isWritable: Bool { self.context != nil && self.isChannelWritable }
    /// The channel's word. To ask for it with each message of a broadcast would be a third of what queueing that costs.
    private var isChannelWritable = true

    /// Queues raw bytes in front of all messages: the answer to the upgrade request.
    func write(response: ByteBuffer) {
        self.write(frame: response)
    }

    /// Queues a message for the end of the loop's tick. A volatile one is dropped unless ``isWritable`` and within the
    /// bound.
    func write(_ message: OutboundMessage, isVolatile: Bool = false) {
        guard self.isOpen else { return }
        guard !isVolatile || (self.isWritable && self.hasRoom(for: message.frame.readableBytes)) else {
            self.loop.droppedMessages += 1
            return
        }
        self.write(frame: message.frame)
    }

    /// Sends what was written and a close frame, then closes once the peer has answered.
    func close(_ code: WebSocketCloseCode) {
        guard self.isOpen, let context else { return }
        var payload = self.allocator.buffer(capacity: 2)
        payload.writeInteger(code.rawValue)
        self.write(frame: FrameHeader.frame(.close, payload, allocator: self.allocator))
        self.state = .closing(self.loop.now + Self.closeTimeout)
        self.loop.watch(self)
        if !context.channel.isActive { self.closeChannel() }
    }

    private func write(frame: ByteBuffer) {
        guard let context else { return }
        guard self.hasRoom(for: frame.readableBytes) else { return self.overflow() }
        self.loop.noteSent()
        if var output = self.output.take() {
            if output.readableBytes + frame.readableBytes <= Self.gatherLimit {
                output.writeImmutableBuffer(frame)
                self.output = output
            } else {
                context.write(Self.wrapOutboundOut(output), promise: nil)
                self.output = frame
            }
        } else {
            // The first frame of a tick goes out as it is, so that a broadcast is not copied per connection.
            self.output = frame
        }
        guard !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.loop.flushSoon(self)
    }

    /// Whether `bytes` more may wait. A message larger than the bound still goes to a client that has taken everything
    /// before.
    private func hasRoom(for bytes: Int) -> Bool {
        let gathered = self.output?.readableBytes ?? 0
        // What a writable channel holds is less than its high watermark: asked for only where it can decide.
        let isFarFromBound = gathered + bytes <= self.maxBufferedBytes - Self.highWatermark
        guard !(isFarFromBound && self.isChannelWritable), let channel = self.context?.channel else { return true }
        let waiting = gathered + ((try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0)
        return waiting == 0 || waiting + bytes <= self.maxBufferedBytes
    }

    /// The client does not read. Ended a tick later, since the caller may be in the middle of a broadcast.
    private func overflow() {
        self.state = .closed
        self.output = nil
        self.loop.eventLoop.assumeIsolated()
            .execute {
                self.endSession(.bufferOverflow)
                self.context?.close(promise: nil)
            }
    }

    // MARK: - Input

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.isChannelWritable = context.channel.isWritable
        self.loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.loop.remove(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.acceptsBytes else {
            // The decoder went on with HTTP: it did not take the request for an upgrade.
            self.endSession(.transportError)
            return self.closeChannel()
        }
        self.decoder.append(Self.unwrapInboundIn(data))
        do throws(WebSocketCloseCode) {
            while let event = try self.decoder.next() {
                if let packet = try self.handle(event) {
                    if let localSession, let link {
                        localSession.receive(packet, from: link)
                    } else {
                        self.forSession.append(packet)
                    }
                }
            }
        } catch {
            // Its own status first: the session's end closes with a plain one.
            self.close(error)
            return self.endSession(.transportError)
        }
        self.forward()
        self.watchMessage()
    }

    private func handle(_ event: FrameDecoder.Event) throws(WebSocketCloseCode) -> InboundPacket? {
        guard case .open = self.state else {
            if case .close = event { self.closeChannel() }
            return nil
        }
        switch event {
        case .text(let text):
            do throws(PacketError) {
                return try InboundPacket(text: text)
            } catch {
                self.endSession(.parseError)
                throw .protocolError
            }
        case .binary(let bytes):
            return .binary(bytes)
        case .ping(let payload):
            self.write(frame: FrameHeader.frame(.pong, payload, allocator: self.allocator))
            return nil
        case .pong:
            return nil
        case .close(let code):
            self.close(code)
            self.endSession(.transportClose)
            self.closeChannel()
            return nil
        }
    }

    /// One hop per read for a session on another loop.
    private func forward() {
        let packets = self.forSession
        guard !packets.isEmpty, let link else { return }
        self.forSession = []
        self.session.goOn { session in
            for packet in packets { session.receive(packet, from: link) }
        }
    }

    private func watchMessage() {
        if !self.decoder.isMidMessage {
            self.messageDeadline = nil
        } else if self.messageDeadline == nil {
            self.messageDeadline = self.loop.now + self.messageTimeout
            self.loop.watch(self)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isChannelWritable = context.channel.isWritable
        if !self.isChannelWritable { self.loop.hurryFlush() }
        context.fireChannelWritabilityChanged()
    }

    // MARK: - The end

    func channelInactive(context: ChannelHandlerContext) {
        self.state = .closed
        self.output = nil
        self.endSession(.transportClose)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.endSession(.transportError)
        self.closeChannel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // Half closure is allowed on these channels: a client's FIN comes as an event. It reads no close frame.
            self.state = .closed
            self.endSession(.transportClose)
            self.closeChannel()
        case is ChannelShouldQuiesceEvent:
            self.shutDown()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Closes the connection because the server ends.
    func shutDown() {
        self.close(.goingAway)
        self.endSession(.shuttingDown)
    }

    /// Tells the session, once, that this WebSocket carries nothing any more; behind what came before.
    private func endSession(_ reason: CloseReason) {
        self.forward()
        guard let link = self.link.take() else { return }
        self.localSession = nil
        self.session.goOn { $0.webSocketEnded(link, reason) }
    }

    private func closeChannel() {
        guard let context else { return }
        self.state = .closed
        self.flushPending()
        context.close(promise: nil)
    }
}

extension WebSocketHandler: Flushable {
    func flushPending() {
        self.isFlushScheduled = false
        guard let context, let output = self.output.take() else { return }
        context.writeAndFlush(Self.wrapOutboundOut(output), promise: nil)
    }
}

extension WebSocketHandler: Expirable {
    var deadline: NIODeadline? {
        switch self.state {
        case .open: self.messageDeadline
        case .closing(let deadline): deadline
        case .closed: nil
        }
    }

    func expire(at now: NIODeadline) {
        if self.isOpen {
            self.messageDeadline = nil
            self.close(.policyViolation)
            self.endSession(.transportError)
        } else {
            self.closeChannel()
        }
    }
}

extension Optional {
    /// The value, leaving nil behind.
    mutating func take() -> Wrapped? {
        defer { self = nil }
        return self
    }
}
