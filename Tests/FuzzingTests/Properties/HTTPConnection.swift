import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import EngineIO

/// One client's connection to a server, as the server builds it, but without a socket.
final class HTTPConnection {
    /// Bytes that fill the client's window while it does not read.
    static let highWatermark = 500

    private(set) var sent: [UInt8] = []
    /// How much of `sent` the server has read.
    private var readBytes = 0
    private(set) var output: [UInt8] = []
    private let channel: EmbeddedChannel
    private let window = ClientWindow()
    private var isFinishing = false

    init(_ server: EngineServer, loop: EmbeddedEventLoop, fallback: (any HTTPFallback)?) throws {
        self.channel = EmbeddedChannel(loop: loop)
        try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try self.channel.pipeline.syncOperations.addHandler(self.window)
        try server.configure(self.channel, fallback: fallback)
        self.channel.read()
    }

    var isActive: Bool { self.channel.isActive }

    /// Bytes the server has written and the client has not taken.
    var waitingBytes: Int { (try? self.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    func send(_ bytes: [UInt8]) {
        guard self.channel.isActive, !self.isFinishing else { return }
        self.sent += bytes
        self.settle()
    }

    func finish() {
        guard self.channel.isActive, !self.isFinishing else { return }
        self.isFinishing = true
        self.settle()
    }

    func setReading(_ isReading: Bool) {
        self.window.isOpen = isReading
        guard self.channel.isActive else { return }
        self.channel.flush()
        self.settle()
    }

    /// Lets the server read what it wants to, ends the loop's tick and takes what the server wrote.
    /// - Returns: whether the server read anything.
    @discardableResult
    func settle() -> Bool {
        var hasRead = false
        self.endTick()
        while self.channel.isActive, self.window.isReadWanted, self.readOnce() {
            hasRead = true
            self.endTick()
        }
        return hasRead
    }

    /// As a socket's channel reads; it asks for the next read when one is done.
    private func readOnce() -> Bool {
        let piece = self.sent[self.readBytes...].prefix(EngineHTTPHandler.maxReadBytes)
        if !piece.isEmpty {
            self.readBytes += piece.count
            self.window.isReadWanted = false
            // Errors that reach the end of the pipeline are the connection's matter.
            _ = try? self.channel.writeInbound(ByteBuffer(bytes: piece))
            self.channel.read()
            return true
        }
        guard self.isFinishing else { return false }
        self.window.isReadWanted = false
        self.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        return true
    }

    private func endTick() {
        self.channel.embeddedEventLoop.run()
        while let bytes = try? self.channel.readOutbound(as: ByteBuffer.self) {
            self.output += bytes.readableBytesView
        }
    }

    func tearDown() {
        _ = try? self.channel.finish(acceptAlreadyClosed: true)
    }
}

/// The socket's end of the pipeline: notes that the server wants to read, keeps what it writes while the client does not
/// read, and says so as a socket's channel does.
private final class ClientWindow: ChannelOutboundHandler {
    typealias OutboundIn = Never

    var isOpen = true
    var isReadWanted = false

    func read(context: ChannelHandlerContext) {
        self.isReadWanted = true
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        self.updateWritability(context)
    }

    func flush(context: ChannelHandlerContext) {
        guard self.isOpen else { return }
        context.flush()
        self.updateWritability(context)
    }

    /// A real channel lets go of what waits when it closes; this one would keep it for good.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.flush()
        context.close(mode: mode, promise: promise)
    }

    private func updateWritability(_ context: ChannelHandlerContext) {
        guard let channel = context.channel as? EmbeddedChannel,
            let waiting = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
        else { return }
        let isWritable = waiting <= HTTPConnection.highWatermark
        guard isWritable != channel.isWritable else { return }
        channel.isWritable = isWritable
        context.fireChannelWritabilityChanged()
    }
}

/// Answers every request for another path with an empty page.
struct EmptyPages: HTTPFallback {
    func install(on channel: any Channel) throws -> [any RemovableChannelHandler] {
        let handler = Handler()
        try channel.pipeline.syncOperations.addHandler(handler)
        return [handler]
    }

    func discard() {}

    private final class Handler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = Self.unwrapInboundIn(data) else { return }
            // An application waits here; the splitter bounds only what is its own.
            guard context.channel.isWritable else { return context.close(promise: nil) }
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "0"])
            context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
