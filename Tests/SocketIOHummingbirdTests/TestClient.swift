import Foundation
import NIOCore
import NIOPosix

/// A connection to a server under test: sends raw HTTP and WebSocket frames, receives what comes back in pieces.
struct TestClient: Sendable {
    /// What a server sends: the head and body of an HTTP answer, or a frame.
    enum Received: Sendable, Equatable {
        case http(String)
        case text(String)
        case binary([UInt8])
        case pong([UInt8])
        case close(UInt16)
        /// A frame that no server may send.
        case malformed
        case end
    }

    struct TimedOut: Error {}

    private let channel: any Channel
    private let inbox: Inbox

    /// - Parameter answersClose: whether a close frame is answered with the connection's end, as by any client.
    static func connect(port: Int, answersClose: Bool = true) async throws -> TestClient {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(inbox, answersClose: answersClose))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return TestClient(channel: channel, inbox: inbox)
    }

    /// A Socket.IO client in the main namespace, behind its `40`.
    static func socket(port: Int, auth: String = "") async throws -> TestClient {
        let client = try await self.webSocket(port: port)
        try await client.send("40\(auth)")
        guard case .text(let answer) = try await client.message(), answer.hasPrefix("40") else { throw TimedOut() }
        return client
    }

    /// A fresh WebSocket session, behind its open packet.
    static func webSocket(port: Int, sid: String? = nil, answersClose: Bool = true) async throws -> TestClient {
        let client = try await self.connect(port: port, answersClose: answersClose)
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

    func write(_ bytes: ByteBuffer) async throws {
        try await self.channel.writeAndFlush(bytes)
    }

    /// Sends a text frame.
    func send(_ text: String) async throws {
        try await self.send(TestFrame(.text, text))
    }

    /// Sends a binary frame.
    func send(binary bytes: [UInt8]) async throws {
        try await self.send(TestFrame(.binary, bytes))
    }

    /// Sends frames in one write.
    func send(_ frames: TestFrame...) async throws {
        try await self.send(frames)
    }

    func send(_ frames: [TestFrame]) async throws {
        var bytes = ByteBuffer()
        for frame in frames { frame.write(to: &bytes) }
        try await self.write(bytes)
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

    /// Takes nothing off the connection any more.
    func stopReading() async throws {
        try await self.channel.setOption(.autoRead, value: false).get()
    }

    func startReading() async throws {
        try await self.channel.setOption(.autoRead, value: true).get()
    }

    /// Ends the connection with a reset instead of its end.
    func reset() async throws {
        if let socket = self.channel as? any SocketOptionProvider {
            // The server may have closed already.
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await self.channel.close()
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
        private let answersClose: Bool
        private var bytes = ByteBuffer()
        private var isWebSocket = false

        init(_ inbox: Inbox, answersClose: Bool) {
            self.inbox = inbox
            self.answersClose = answersClose
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.bytes.writeImmutableBuffer(Self.unwrapInboundIn(data))
            while let received = self.isWebSocket ? self.frame() : self.response() {
                self.inbox.continuation.yield(received)
                if case .close = received, self.answersClose { context.close(promise: nil) }
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
            // Whole messages without mask or extension.
            guard head & 0xf080 == 0x8000 else { return .malformed }
            switch head >> 8 & 0xf {
            case 1: return .text(String(buffer: payload))
            case 2: return .binary(Array(payload.readableBytesView))
            case 8: return .close(payload.getInteger(at: payload.readerIndex) ?? 1005)
            case 10: return .pong(Array(payload.readableBytesView))
            default: return .malformed
            }
        }
    }
}
