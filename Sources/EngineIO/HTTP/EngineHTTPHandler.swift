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

    /// Where the connection stands with its current request.
    private enum Phase {
        case idle(until: NIODeadline)
        case forwarding(bodyUntil: NIODeadline?)
        case receiving(HTTPRequestHead, until: NIODeadline)
        case answering(Exchange, HTTPRequestHead)
        /// Answered before its end; the connection closes after it.
        case draining(until: NIODeadline)
        case ended
    }

    let server: EngineServer
    let loop: EngineLoop
    let isSecure: Bool
    private let http: HTTPHandlers
    private let fallback: (any HTTPFallback)?
    private var fallbackHandlers: [any RemovableChannelHandler]?
    private var phase: Phase
    private var body = ByteBuffer()
    /// The response being written must be the connection's last.
    private var closesAfterResponse = false
    private var context: ChannelHandlerContext?
    var wheelSlot: Int?

    static func install(
        on channel: any Channel,
        server: EngineServer,
        loop: EngineLoop,
        isSecure: Bool,
        fallback: (any HTTPFallback)?
    ) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 64 * 1024
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
        self.phase = .idle(until: loop.now + .init(server.configuration.requestTimeout))
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            self.receive(head, context: context, data: data)
        case .body(let bytes):
            switch self.phase {
            case .forwarding: context.fireChannelRead(data)
            case .receiving(let head, _): self.receive(bytes, of: head, context: context)
            default: break
            }
        case .end:
            switch self.phase {
            case .forwarding:
                self.phase = .forwarding(bodyUntil: nil)
                context.fireChannelRead(data)
            case .receiving(let head, _):
                self.dispatch(head, context: context)
            case .draining:
                self.phase = .ended
                context.close(promise: nil)
            default:
                break
            }
        }
    }

    private func receive(_ head: HTTPRequestHead, context: ChannelHandlerContext, data: NIOAny) {
        let deadline = self.loop.now + .init(self.server.configuration.requestTimeout)
        let path = head.uri.utf8.prefix { $0 != UInt8(ascii: "?") }
        self.closesAfterResponse = !head.isKeepAlive || WebSocketHandshake.asksForUpgrade(head)
        guard path.elementsEqual(self.server.configuration.path.utf8) else {
            return self.forward(data, context: context, until: deadline)
        }
        self.phase = .receiving(head, until: deadline)
        self.loop.watch(self)
        self.body.clear()
        if let length = head.headers.first(name: "content-length").flatMap(Int.init) {
            if length > self.server.configuration.maxPayload {
                self.refuseUnread(.payloadTooLarge, head, context: context)
            }
        }
    }

    private func receive(_ bytes: ByteBuffer, of head: HTTPRequestHead, context: ChannelHandlerContext) {
        guard self.body.readableBytes + bytes.readableBytes <= self.server.configuration.maxPayload else {
            return self.refuseUnread(.payloadTooLarge, head, context: context)
        }
        self.body.writeImmutableBuffer(bytes)
    }

    private func forward(_ data: NIOAny, context: ChannelHandlerContext, until deadline: NIODeadline) {
        guard let fallback else {
            guard case .head(let head) = Self.unwrapInboundIn(data) else { return }
            self.phase = .draining(until: deadline)
            self.closesAfterResponse = true
            let notFound = EngineResponse(status: .notFound, body: ByteBuffer(string: "not found"))
            return self.send(notFound, for: head, context: context, closing: false)
        }
        do {
            if self.fallbackHandlers == nil { self.fallbackHandlers = try fallback.install(on: context.channel) }
            self.phase = .forwarding(bodyUntil: deadline)
            self.loop.watch(self)
            context.fireChannelRead(data)
        } catch {
            self.server.logger.error("The HTTP fallback could not be installed", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    /// Hands a complete request to its session, or opens one.
    private func dispatch(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let exchange = Exchange(self, on: context.eventLoop)
        self.phase = .answering(exchange, head)
        let router = EngineRouter(server: self.server, isSecure: self.isSecure)
        do throws(RequestError) {
            switch try router.route(head, remoteAddress: context.channel.remoteAddress) {
            case .preflight:
                exchange.respond(EngineResponse(status: .noContent, body: ByteBuffer()))
            case .open(.polling, let request, _):
                self.server.makeConnection(request, .polling, on: self.loop).open(answering: exchange)
            case .open(.webSocket, let request, let handshake):
                guard let handshake else { throw .badRequest }
                let connection = self.server.makeConnection(request, .webSocket, on: self.loop)
                self.upgrade(handshake, to: connection.handle, context: context) { connection.open(on: $0) }
            case .poll(let session):
                session.run { $0.poll(exchange) }
            case .post(let session):
                let body = self.body
                session.run { $0.post(body, exchange) }
            case .attach(let session, let handshake):
                self.upgrade(handshake, to: session, context: context) { link in
                    session.run { if !$0.attach(link) { link.close(.normal) } }
                }
            }
        } catch {
            exchange.respond(EngineResponse(error))
        }
        self.body = ByteBuffer()
    }

    // MARK: - Responses

    /// Answers `exchange`, if it is still the current one.
    func respond(_ response: EngineResponse, to exchange: Exchange) {
        guard case .answering(let current, let head) = self.phase, current === exchange, let context else { return }
        self.phase = .idle(until: self.loop.now + .init(self.server.configuration.keepAliveTimeout))
        self.loop.watch(self)
        self.send(response, for: head, context: context, closing: self.closesAfterResponse)
    }

    /// Answers before the request's end, then reads the rest away, so that the client gets to read the answer.
    private func refuseUnread(_ error: RequestError, _ head: HTTPRequestHead, context: ChannelHandlerContext) {
        self.body = ByteBuffer()
        self.closesAfterResponse = true
        self.phase = .draining(until: self.loop.now + .init(self.server.configuration.requestTimeout))
        self.send(EngineResponse(error), for: head, context: context, closing: false)
    }

    private func send(
        _ response: EngineResponse,
        for request: HTTPRequestHead,
        context: ChannelHandlerContext,
        closing: Bool
    ) {
        var headers = HTTPHeaders()
        if response.status != .noContent {
            headers.add(name: "content-type", value: response.contentType)
            headers.add(name: "content-length", value: String(response.body.readableBytes))
        }
        headers.add(name: "cache-control", value: "no-store")
        self.addCORS(to: &headers, for: request)
        if self.closesAfterResponse { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: request.version, status: response.status, headers: headers)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD, response.body.readableBytes > 0 {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        }
        let written = closing ? Self.closing(context) : nil
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: written)
    }

    /// A promise that closes the channel once the last byte has been handed to the kernel.
    private static func closing(_ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
        let promise = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        return promise
    }

    private func addCORS(to headers: inout HTTPHeaders, for request: HTTPRequestHead) {
        guard let origin = request.headers.first(name: "origin") else { return }
        let policy = self.server.configuration.origins
        guard policy.judge(origin: origin, host: request.headers.first(name: "host")) == .allowed else { return }
        headers.add(name: "access-control-allow-origin", value: origin)
        headers.add(name: "vary", value: "Origin")
        guard request.method == .OPTIONS else { return }
        headers.add(name: "access-control-allow-methods", value: "GET, POST")
        headers.add(name: "access-control-allow-headers", value: "content-type")
        headers.add(name: "access-control-max-age", value: "600")
    }

    /// The fallback's responses pass by here.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .forwarding = self.phase else { return context.write(data, promise: promise) }
        switch Self.unwrapOutboundIn(data) {
        case .head(var head) where self.closesAfterResponse && head.status.code >= 200:
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            self.phase = .idle(until: self.loop.now + .init(self.server.configuration.keepAliveTimeout))
            self.loop.watch(self)
            guard self.closesAfterResponse else { return context.write(data, promise: promise) }
            let written = Self.closing(context)
            written.futureResult.cascade(to: promise)
            context.writeAndFlush(data, promise: written)
        default:
            context.write(data, promise: promise)
        }
    }

    // MARK: - Upgrade

    /// Turns the connection into a WebSocket. The order matters: raw bytes written while an HTTP handler is still in the
    /// pipeline end the process, and the decoder leaves only on the next tick, handing over bytes that came glued to the
    /// request.
    private func upgrade(
        _ handshake: WebSocketHandshake,
        to session: EngineHandle,
        context: ChannelHandlerContext,
        start: (WebSocketLink) -> Void
    ) {
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
            return context.close(promise: nil)
        }
        operations.removeHandler(self.http.decoder, promise: nil)
        self.phase = .ended
        operations.removeHandler(self, promise: nil)
        let link = WebSocketLink(webSocket, on: channel.eventLoop)
        webSocket.start(link)
        webSocket.write(response: handshake.response)
        start(link)
    }

    // MARK: - The connection's life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.watch(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch self.phase {
        case .idle where error is HTTPParserError:
            self.closesAfterResponse = true
            self.phase = .ended
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            self.send(EngineResponse(.badRequest), for: head, context: context, closing: true)
        case .forwarding:
            context.fireErrorCaught(error)
        default:
            self.server.logger.debug("Connection failed", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // Half closure is allowed on these channels: a client's FIN comes as an event. The fallback may finish its
            // answer; a pending poll has nobody left to answer.
            if case .forwarding = self.phase { return context.fireUserInboundEventTriggered(event) }
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func end() {
        self.context = nil
        if case .answering(let exchange, let head) = self.phase { self.abort(exchange, of: head) }
        self.phase = .ended
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
        session.run { $0.abort(exchange) }
    }
}

extension EngineHTTPHandler: Expirable {
    var deadline: NIODeadline? {
        switch self.phase {
        case .idle(let until), .receiving(_, let until), .draining(let until): until
        case .forwarding(let until): until
        case .answering, .ended: nil
        }
    }

    func expire(at now: NIODeadline) {
        self.phase = .ended
        self.context?.close(promise: nil)
    }
}
