import NIOCore
import NIOPosix

/// One Socket.IO client over WebSocket. Lives on the ``Loop``, and flushes once per turn of it.
final class Client: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Called for each acknowledgement that no ``request(_:_:)`` waits for, with its id.
    var onAck: ((Int, ByteBuffer) -> Void)?
    /// Called for each event, with its packet behind the `42`.
    var onEvent: ((ByteBuffer) -> Void)?
    /// What the server said first: in `session` of a desk, the guest's token.
    private(set) var guestToken: String?

    private let host: String
    private let auth: String
    private let cookie: String?
    private let connected: EventLoopPromise<Void>
    private var context: ChannelHandlerContext?
    private var isUpgraded = false
    private var head = ByteBuffer()
    private var reader = FrameReader()
    private var outgoing = ByteBuffer()
    private var isFlushPlanned = false
    private var lastID = 0
    private var waiting: [Int: EventLoopPromise<ByteBuffer>] = [:]

    private init(host: String, auth: String, cookie: String?) {
        self.host = host
        self.auth = auth
        self.cookie = cookie
        self.connected = Loop.eventLoop.makePromise()
    }

    /// Connects to the namespace `/`.
    ///
    /// - Parameters:
    ///   - auth: The payload of CONNECT, a JSON object.
    ///   - cookie: An agent's, as the header has it.
    @Loop static func connect(to target: Target, auth: String, cookie: String? = nil) async throws -> Client {
        let client = Client(host: "\(target.host):\(target.port)", auth: auth, cookie: cookie)
        let bound = NIOLoopBound(client, eventLoop: Loop.eventLoop)
        let bootstrap = ClientBootstrap(group: Loop.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
        _ = try await bootstrap.connect(host: target.host, port: target.port).get()
        try await client.connected.futureResult.get()
        return client
    }

    /// Sends an event and waits for its acknowledgement, without the digits before its array.
    @Loop func request(_ event: String, _ payload: String) async throws -> ByteBuffer {
        lastID += 1
        let promise = Loop.eventLoop.makePromise(of: ByteBuffer.self)
        waiting[lastID] = promise
        send("42\(lastID)[\"\(event)\",\(payload)]")
        let answer = try await promise.futureResult.get()
        guard answer.readableBytesView.starts(with: #"[{"ok":true"#.utf8) else {
            throw LoadFailure("\(event) was answered by \(String(buffer: answer))")
        }
        return answer
    }

    /// The id of the next packet that asks for an acknowledgement.
    func nextID() -> Int {
        lastID += 1
        return lastID
    }

    func send(_ text: String) {
        outgoing.writeTextFrame(text)
        planFlush()
    }

    func send(length: Int, _ write: (inout ByteBuffer) -> Void) {
        outgoing.writeTextFrame(length: length, write)
        planFlush()
    }

    func close() {
        context?.close(promise: nil)
    }

    private func planFlush() {
        guard !isFlushPlanned else { return }
        isFlushPlanned = true
        let bound = NIOLoopBound(self, eventLoop: Loop.eventLoop)
        Loop.eventLoop.execute { bound.value.flush() }
    }

    private func flush() {
        isFlushPlanned = false
        guard let context, outgoing.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        outgoing = context.channel.allocator.buffer(capacity: 512)
    }

    // MARK: - From the channel

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        let request = """
            GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: \(host)\r\nConnection: Upgrade\r\n\
            Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
            \(cookie.map { "Cookie: \($0)\r\n" } ?? "")\r\n
            """
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if !isUpgraded {
            head.writeBuffer(&bytes)
            guard let rest = afterHead() else { return }
            isUpgraded = true
            bytes = rest
        }
        reader.add(&bytes)
        while let frame = reader.next() {
            switch frame {
            case .text(let packet): receive(packet)
            case .close: context.close(promise: nil)
            case .other: break
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        let failure = LoadFailure("a connection was ended: \(isUpgraded ? "later" : String(buffer: head))")
        connected.fail(failure)
        for promise in waiting.values { promise.fail(failure) }
        waiting = [:]
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// What follows the answer to the upgrade; nil until that is here.
    private func afterHead() -> ByteBuffer? {
        let view = head.readableBytesView
        guard let end = view.indices.first(where: { view[$0...].starts(with: "\r\n\r\n".utf8) }) else { return nil }
        return head.getSlice(at: end + 4, length: view.endIndex - end - 4)
    }

    private func receive(_ packet: ByteBuffer) {
        var packet = packet
        switch packet.readInteger(as: UInt8.self) {
        case UInt8(ascii: "0"): send("40" + auth)
        case UInt8(ascii: "2"): send("3")
        case UInt8(ascii: "4"): receiveMessage(packet)
        default: break
        }
    }

    private func receiveMessage(_ packet: ByteBuffer) {
        var packet = packet
        switch packet.readInteger(as: UInt8.self) {
        case UInt8(ascii: "0"): connected.succeed()
        case UInt8(ascii: "2"):
            if guestToken == nil { guestToken = packet.quoted(after: #""guestToken":""#) }
            onEvent?(packet)
        case UInt8(ascii: "3"): receiveAck(packet)
        case UInt8(ascii: "4"): connected.fail(LoadFailure("refused: \(String(buffer: packet))"))
        default: break
        }
    }

    private func receiveAck(_ packet: ByteBuffer) {
        var packet = packet
        var id = 0
        while let digit = packet.getInteger(at: packet.readerIndex, as: UInt8.self), digit >= 48, digit <= 57 {
            id = id &* 10 &+ Int(digit - 48)
            packet.moveReaderIndex(forwardBy: 1)
        }
        if let promise = waiting.removeValue(forKey: id) { promise.succeed(packet) } else { onAck?(id, packet) }
    }
}
