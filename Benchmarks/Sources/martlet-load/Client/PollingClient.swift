import NIOCore
import NIOHTTP1
import NIOPosix

/// One Socket.IO client over HTTP long polling: a connection for polls, one for posts. Lives on the ``Loop``.
final class PollingClient {
    private let polls: HTTPConnection
    private let posts: HTTPConnection
    private let path: String
    private var lastID = 0
    /// Requests that were answered.
    private(set) var requests = 0

    private init(polls: HTTPConnection, posts: HTTPConnection, path: String) {
        self.polls = polls
        self.posts = posts
        self.path = path
    }

    /// Connects to the namespace `/`.
    @Loop static func connect(to target: Target, auth: String) async throws -> PollingClient {
        let polls = try await HTTPConnection.open(to: target)
        let posts = try await HTTPConnection.open(to: target)
        let start = "/socket.io/?EIO=4&transport=polling"
        let open = try await polls.send(.GET, start, body: nil)
        guard let sid = open.quoted(after: #""sid":""#) else { throw LoadFailure("no session") }
        let client = PollingClient(polls: polls, posts: posts, path: "\(start)&sid=\(sid)")
        try await client.post("40" + auth)
        _ = try await client.awaitPacket("40")
        return client
    }

    /// Sends an event and polls until its acknowledgement is here.
    @Loop func request(_ event: String, _ payload: String) async throws -> String {
        lastID += 1
        try await post("42\(lastID)[\"\(event)\",\(payload)]")
        let answer = try await awaitPacket("43\(lastID)[")
        guard answer.contains(#"[{"ok":true"#) else { throw LoadFailure("\(event) was answered by \(answer)") }
        return answer
    }

    @Loop private func post(_ packet: String) async throws {
        _ = try await posts.send(.POST, path, body: packet)
        requests += 1
    }

    @Loop private func awaitPacket(_ start: String) async throws -> String {
        while true {
            let body = try await polls.send(.GET, path, body: nil)
            requests += 1
            let packets = String(buffer: body).split(separator: "\u{1E}")
            if packets.contains("2") { try await post("3") }
            if packets.contains("1") { throw LoadFailure("a session was ended") }
            if let packet = packets.first(where: { $0.hasPrefix(start) }) { return String(packet) }
        }
    }
}

/// Requests on one connection, one at a time.
private final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let host: String
    private var context: ChannelHandlerContext?
    private var waiting: EventLoopPromise<ByteBuffer>?
    private var status = HTTPResponseStatus.ok
    private var body = ByteBuffer()

    private init(host: String) {
        self.host = host
    }

    @Loop static func open(to target: Target) async throws -> HTTPConnection {
        let connection = HTTPConnection(host: "\(target.host):\(target.port)")
        let bound = NIOLoopBound(connection, eventLoop: Loop.eventLoop)
        _ = try await ClientBootstrap(group: Loop.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(host: target.host, port: target.port).get()
        return connection
    }

    @Loop func send(_ method: HTTPMethod, _ path: String, body text: String?) async throws -> ByteBuffer {
        guard let context, waiting == nil else { throw LoadFailure("a connection was ended") }
        let promise = Loop.eventLoop.makePromise(of: ByteBuffer.self)
        waiting = promise
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
        head.headers.add(name: "host", value: host)
        if let text { head.headers.add(name: "content-length", value: String(text.utf8.count)) }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let text { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        return try await promise.futureResult.get()
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = head.status
            body.clear()
        case .body(var part):
            body.writeBuffer(&part)
        case .end:
            let promise = waiting
            waiting = nil
            if status == .ok {
                promise?.succeed(body)
            } else {
                promise?.fail(LoadFailure("a request was answered by \(status.code) \(String(buffer: body))"))
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        waiting?.fail(LoadFailure("a connection was ended"))
        waiting = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
