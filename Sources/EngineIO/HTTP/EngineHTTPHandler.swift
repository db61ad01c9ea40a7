import Logging
import NIOCore
import NIOHTTP1

/// Sees every HTTP/1.1 request of a connection, one at a time: serves Engine.IO here, on the event loop, passes the rest
/// to the fallback, and turns the connection into a WebSocket. Confined to the channel's event loop.
final class EngineHTTPHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// The handlers in front that leave when the connection becomes a WebSocket.
    struct HTTPHandlers {
        let encoder: HTTPResponseEncoder
        let decoder: ByteToMessageHandler<HTTPRequestDecoder>
        let pipeliner: HTTPServerPipelineHandler
    }

    /// Bytes taken from a socket at once. The decoder makes all the requests in them before the first is answered, each as
    /// large as ten times its shortest text.
    static let maxReadBytes = 16 * 1024

    private let server: EngineServer
    private let loop: EngineLoop
    private let isSecure: Bool
    private let http: HTTPHandlers
    private let fallback: (any HTTPFallback)?
    private var fallbackHandlers: [any RemovableChannelHandler]?
    private var state: HTTPConnectionState
    private var body = ByteBuffer()
    private var context: ChannelHandlerContext?
    var wheelPlace: DeadlineWheel.Place?

    static func install(
        on channel: any Channel,
        server: EngineServer,
        loop: EngineLoop,
        isSecure: Bool,
        fallback: (any HTTPFallback)?
    ) throws {
        // A channel keeps the buffer it reads into: it begins smaller than NIO's 2 kB, and grows with what comes.
        let buffers = AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 256, maximum: Self.maxReadBytes)
        try channel.syncOptions?.setOption(.recvAllocator, value: buffers)
        // A session keeps the head that opened it: what a head may weigh is what a session may.
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 32 * 1024
        limits.maxHeaderFieldCount = 100
        let http = HTTPHandlers(
            encoder: HTTPResponseEncoder(),
            decoder: ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)
            ),
            pipeliner: HTTPServerPipelineHandler()
        )
        let handler = EngineHTTPHandler(server: server, loop: loop, isSecure: isSecure, http: http, fallback: fallback)
        try channel.pipeline.syncOperations.addHandlers([http.encoder, http.decoder, http.pipeliner, handler])
    }

    private init(
        server: EngineServer,
        loop: EngineLoop,
        isSecure: Bool,
        http: HTTPHandlers,
        fallback: (any HTTPFallback)?
    ) {
        self.server = server
        self.loop = loop
        self.isSecure = isSecure
        self.http = http
        self.fallback = fallback
        self.state = HTTPConnectionState(
            timing: server.httpTiming,
            maxBody: server.configuration.maxPayload,
            at: loop.now
        )
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            let action = self.state.head(
                head,
                isOurs: self.fallback == nil || self.server.configuration.isOurs(head.uri),
                // Behind an upgrade and behind CONNECT the parser has stopped.
                isLast: !head.isKeepAlive || WebSocketHandshake.asksForUpgrade(head) || head.method == .CONNECT,
                at: self.loop.now
            )
            self.body = ByteBuffer()
            if action == .forward { self.installFallback(context) }
            self.perform(action, head, data, context: context)
            self.loop.watch(self)
        case .body(var bytes):
            let action = self.state.body(bytes.readableBytes)
            if action == .collect { self.body.writeBuffer(&bytes) }
            self.perform(action, nil, data, context: context)
        case .end:
            let action = self.state.end(Exchange(self, on: context.eventLoop), at: self.loop.now)
            self.perform(action, nil, data, context: context)
            self.loop.watch(self)
        }
    }

    private func perform(
        _ action: HTTPConnectionState.Action,
        _ head: HTTPRequestHead?,
        _ data: NIOAny,
        context: ChannelHandlerContext
    ) {
        switch action {
        case .forward: context.fireChannelRead(data)
        case .collect, .ignore: break
        case .dispatch: self.dispatch(context: context)
        case .refuse(let error):
            self.body = ByteBuffer()
            self.send(EngineResponse(error), for: head, context: context)
        case .close: context.close(promise: nil)
        }
    }

    private func installFallback(_ context: ChannelHandlerContext) {
        guard self.fallbackHandlers == nil else { return }
        do {
            self.fallbackHandlers = try self.fallback?.install(on: context.channel)
        } catch {
            self.server.logger.error("The HTTP fallback could not be installed", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    /// Hands a complete request to its session, or opens one.
    private func dispatch(context: ChannelHandlerContext) {
        guard let (exchange, head) = self.state.answering else { return }
        let router = EngineRouter(server: self.server, isSecure: self.isSecure)
        do throws(RequestError) {
            switch try router.route(head, remoteAddress: context.channel.remoteAddress) {
            case .preflight:
                exchange.respond(EngineResponse(status: .noContent, body: ByteBuffer()))
            case .open(let request):
                self.server.makeConnection(request, .polling, on: self.loop).open(answering: exchange)
            case .openWebSocket(let request, let handshake):
                let connection = self.server.makeConnection(request, .webSocket, on: self.loop)
                if let link = self.upgrade(handshake, to: connection.handle, context: context) {
                    connection.open(on: link)
                } else {
                    self.server.forget(connection)
                }
            case .poll(let session):
                session.goOn { $0.poll(exchange) }
            case .post(let session):
                let body = self.body
                session.goOn { $0.post(body, exchange) }
            case .attach(let session, let handshake):
                guard let link = self.upgrade(handshake, to: session, context: context) else { break }
                session.goOn { if !$0.attach(link) { link.close(.normal) } }
            }
        } catch {
            exchange.respond(EngineResponse(error))
        }
        self.body = ByteBuffer()
    }

    // MARK: - Responses

    /// Answers `exchange`, if it is still the current one.
    func respond(_ response: EngineResponse, to exchange: Exchange) {
        guard let (current, head) = self.state.answering, current === exchange, let context else { return }
        self.send(response, for: head, context: context)
    }

    /// - Parameter request: nil where there is no request to speak of.
    private func send(_ response: EngineResponse, for request: HTTPRequestHead?, context: ChannelHandlerContext) {
        guard self.takesMore(context) else { return context.close(promise: nil) }
        let head = HTTPResponseHead(
            version: request?.version ?? .http1_1,
            status: response.status,
            headers: response.headers(
                for: request,
                origins: self.server.configuration.origins,
                isLast: self.state.isLast
            )
        )
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if request?.method != .HEAD, response.body.readableBytes > 0 {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        }
        self.finish(Self.wrapOutboundOut(.end(nil)), nil, context: context)
    }

    /// Writes the end of a response; after the last one the channel closes once its bytes are with the kernel.
    private func finish(_ end: NIOAny, _ promise: EventLoopPromise<Void>?, context: ChannelHandlerContext) {
        self.state.answered(at: self.loop.now)
        self.loop.watch(self)
        guard self.state.isEnded else { return context.writeAndFlush(end, promise: promise) }
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        written.futureResult.cascade(to: promise)
        context.writeAndFlush(end, promise: written)
    }

    /// Whether the client takes its answers; one that only sends is disconnected at the bound.
    private func takesMore(_ context: ChannelHandlerContext) -> Bool {
        guard !context.channel.isWritable else { return true }
        let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        return waiting <= self.server.configuration.maxBufferedBytes
    }

    /// The fallback's responses pass by here.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(var head) where self.state.isLast && head.status.code >= 200:
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            self.finish(data, promise, context: context)
        default:
            context.write(data, promise: promise)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.state.progressed(at: self.loop.now)
        context.fireChannelWritabilityChanged()
    }

    // MARK: - Upgrade

    /// Turns the connection into a WebSocket. The order matters: raw bytes written while an HTTP handler is still in the
    /// pipeline end the process, and so do HTTP parts in the WebSocket's handler. The decoder leaves only on the next
    /// tick, handing over bytes that came glued to the request; should it decode on until then, because it did not take
    /// the request for an upgrade, the WebSocket refuses what it gets.
    private func upgrade(
        _ handshake: WebSocketHandshake,
        to session: EngineHandle,
        context: ChannelHandlerContext
    ) -> WebSocketLink? {
        let channel = context.channel
        let operations = channel.pipeline.syncOperations
        let webSocket = WebSocketHandler(
            loop: self.loop,
            session: session,
            configuration: self.server.configuration,
            allocator: channel.allocator
        )
        operations.removeHandler(self.http.encoder, promise: nil)
        operations.removeHandler(self.http.pipeliner, promise: nil)
        for handler in self.fallbackHandlers ?? [] { operations.removeHandler(handler, promise: nil) }
        do {
            try operations.addHandler(webSocket, position: .after(self))
        } catch {
            context.close(promise: nil)
            return nil
        }
        channel.eventLoop.assumeIsolated().execute { webSocket.acceptBytes() }
        operations.removeHandler(self.http.decoder, promise: nil)
        self.state.stop()
        operations.removeHandler(self, promise: nil)
        let link = WebSocketLink(webSocket, on: channel.eventLoop)
        webSocket.start(link)
        webSocket.write(response: handshake.response)
        return link
    }

    // MARK: - The connection's life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    /// The server stops: no further request, and little time for this one.
    func shutDown() {
        self.state.shutDown(at: self.loop.now)
        self.loop.watch(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if self.state.isForwarding { return context.fireErrorCaught(error) }
        let isAnswerable =
            error is HTTPParserError && self.state.isIdle && !self.state.isLast && context.channel.isActive
        guard isAnswerable else {
            self.server.logger.debug("Connection failed", metadata: ["error": "\(error)"])
            return context.close(promise: nil)
        }
        self.state.makeLast()
        self.send(EngineResponse(.badRequest), for: nil, context: context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // Half closure is allowed on these channels: a client's FIN comes as an event. The fallback may finish its
            // answer; a pending poll has nobody left to answer.
            if self.state.isForwarding { return context.fireUserInboundEventTriggered(event) }
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func end() {
        self.context = nil
        self.loop.remove(self)
        if let (exchange, head) = self.state.answering { self.abort(exchange, of: head) }
        self.state.stop()
        if self.fallbackHandlers == nil {
            self.fallbackHandlers = []
            self.fallback?.discard()
        }
    }

    /// A GET that the client gave up closes its session.
    private func abort(_ exchange: Exchange, of head: HTTPRequestHead) {
        guard let sid = Query(target: head.uri)["sid"], let session = self.server.session(SessionID(sid)) else {
            return
        }
        session.goOn { $0.abort(exchange) }
    }
}

extension EngineHTTPHandler: Expirable {
    var deadline: NIODeadline? { self.state.deadline }

    func expire(at now: NIODeadline) {
        guard let context, self.state.expire(isWritable: context.channel.isWritable, at: now) else { return }
        context.close(promise: nil)
    }
}
