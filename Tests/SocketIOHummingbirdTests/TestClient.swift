import NIOCore
import NIOPosix

/// A connection to a server under test: sends raw HTTP and WebSocket frames, receives what comes back in pieces.
struct TestClient: Sendable {
    /// What a server sends: the head and body of an HTTP answer, or a frame.
    enum Received: Sendable, Equatable {
        case http(String)
        case text(String)
        case binary([UInt8])
        case close(UInt16)
        case end
    }

    struct TimedOut: Error {}

    private let channel: any Channel
    private let inbox: Inbox

    static func connect(port: Int) async throws -> TestClient {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(inbox))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return TestClient(channel: channel, inbox: inbox)
    }

    /// A Socket.IO client in the main namespace, behind its `40`.
    static func socket(port: Int, auth: String = "") async throws -> TestClient {
        let client = try await self.webSocket(port: port)
        try await client.send("40\(auth)")
        guard case .text(let answer) = try await client.next(), answer.hasPrefix("40") else { throw TimedOut() }
        return client
    }

    /// A fresh WebSocket session, behind its open packet.
    static func webSocket(port: Int, sid: String? = nil) async throws -> TestClient {
        let client = try await self.connect(port: port)
        try await client.upgrade(sid: sid)
        if sid == nil { _ = try await client.next() }
        return client
    }

    func upgrade(sid: String? = nil) async throws {
        try await self.write(
            """
            GET /socket.io/?EIO=4&transport=websocket\(sid.map { "&sid=\($0)" } ?? "") HTTP/1.1\r
            Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
            """
        )
        guard case .http(let head) = try await self.next(), head.hasPrefix("HTTP/1.1 101") else { throw TimedOut() }
    }

    func write(_ text: String) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Sends a text frame.
    func send(_ text: String) async throws {
        try await self.send(0x81, Array(text.utf8))
    }

    /// Sends a binary frame.
    func send(binary bytes: [UInt8]) async throws {
        try await self.send(0x82, bytes)
    }

    private func send(_ first: UInt8, _ payload: [UInt8]) async throws {
        var frame = ByteBuffer(bytes: [first])
        if payload.count < 126 {
            frame.writeInteger(0x80 | UInt8(payload.count))
        } else {
            frame.writeInteger(UInt8(0xfe))
            frame.writeInteger(UInt16(payload.count))
        }
        frame.writeBytes([0, 0, 0, 0] + payload)
        try await self.channel.writeAndFlush(frame)
    }

    /// The next thing received, within fifteen seconds.
    func next() async throws -> Received {
        try await withThrowingTaskGroup(of: Received.self) { group in
            group.addTask { await self.inbox.next() }
            group.addTask {
                try await Task.sleep(for: .seconds(15))
                throw TimedOut()
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .end
        }
    }

    func close() async throws {
        try await self.channel.close()
    }

    private actor Inbox {
        private var stream: AsyncStream<Received>.Iterator
        nonisolated let continuation: AsyncStream<Received>.Continuation

        init() {
            let (stream, continuation) = AsyncStream.makeStream(of: Received.self)
            self.stream = stream.makeAsyncIterator()
            self.continuation = continuation
        }

        func next() async -> Received {
            var iterator = self.stream
            return await iterator.next(isolation: self) ?? .end
        }
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let inbox: Inbox
        private var bytes = ByteBuffer()
        private var isWebSocket = false

        init(_ inbox: Inbox) { self.inbox = inbox }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.bytes.writeImmutableBuffer(Self.unwrapInboundIn(data))
            while let received = self.isWebSocket ? self.frame() : self.response() {
                self.inbox.continuation.yield(received)
                // As any client: a close is answered with the end of the connection.
                if case .close = received { context.close(promise: nil) }
            }
        }

        func channelInactive(context: ChannelHandlerContext) { self.inbox.continuation.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func response() -> Received? {
            let text = String(buffer: self.bytes)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
            let head = text[..<end.upperBound]
            self.isWebSocket = head.hasPrefix("HTTP/1.1 101")
            let length =
                head.lowercased().split(separator: "content-length: ").dropFirst().first
                .flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
            guard self.bytes.readableBytes >= head.utf8.count + length else { return nil }
            return self.bytes.readString(length: head.utf8.count + length).map(Received.http)
        }

        private func frame() -> Received? {
            let start = self.bytes.readerIndex
            guard let head: UInt16 = self.bytes.getInteger(at: start) else { return nil }
            var length = Int(head & 0x7f)
            var index = start + 2
            if length == 126 {
                guard let long: UInt16 = self.bytes.getInteger(at: index) else { return nil }
                (length, index) = (Int(long), index + 2)
            } else if length == 127 {
                guard let long: UInt64 = self.bytes.getInteger(at: index) else { return nil }
                (length, index) = (Int(long), index + 8)
            }
            guard let payload = self.bytes.getSlice(at: index, length: length) else { return nil }
            self.bytes.moveReaderIndex(to: index + length)
            switch head >> 8 & 0xf {
            case 1: return .text(String(buffer: payload))
            case 8: return .close(payload.getInteger(at: payload.readerIndex) ?? 1005)
            default: return .binary(Array(payload.readableBytesView))
            }
        }
    }
}
