import Logging
import NIOCore

/// A command, and who hears of its answer.
struct RedisRequest: Sendable {
    var words: [ByteBuffer]
    var done: @Sendable (Result<RESPValue, RedisError>) -> Void
}

/// Writes commands, and gives each answer to the oldest that waits.
final class RedisHandler: ChannelDuplexHandler {
    typealias InboundIn = RESPValue
    typealias OutboundIn = RedisRequest
    typealias OutboundOut = ByteBuffer

    /// A connection without a byte for so long is looked at; one that owes an answer and has said nothing three times is dead.
    static let readTimeout = TimeAmount.seconds(5)

    private let logger: Logger
    private let onMessage: @Sendable (String, ByteBuffer) -> Void
    private var waiting: CircularBuffer<@Sendable (Result<RESPValue, RedisError>) -> Void> = []
    private var silentLooks = 0

    /// - Parameter onMessage: called with what is published on a channel that was subscribed to.
    init(logger: Logger, _ onMessage: @escaping @Sendable (String, ByteBuffer) -> Void) {
        self.logger = logger
        self.onMessage = onMessage
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case IdleStateHandler.IdleStateEvent.read? = event as? IdleStateHandler.IdleStateEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        self.silentLooks += 1
        if self.waiting.isEmpty {
            self.silentLooks = 0
            let ping = RedisRequest(words: [ByteBuffer(string: "PING")]) { _ in }
            context.channel.writeAndFlush(ping, promise: nil)
        } else if self.silentLooks >= 3 {
            context.close(promise: nil)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = Self.unwrapOutboundIn(data)
        guard self.waiting.count < RedisConnection.capacity else { return request.done(.failure(.overloaded)) }
        guard context.channel.isActive else { return request.done(.failure(.disconnected)) }
        var bytes = context.channel.allocator.buffer(
            capacity: 64 + request.words.reduce(0) { $0 + $1.readableBytes + 16 }
        )
        bytes.writeString("*\(request.words.count)\r\n")
        for word in request.words {
            bytes.writeString("$\(word.readableBytes)\r\n")
            bytes.writeImmutableBuffer(word)
            bytes.writeStaticString("\r\n")
        }
        self.waiting.append(request.done)
        context.write(Self.wrapOutboundOut(bytes), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let value = Self.unwrapInboundIn(data)
        self.silentLooks = 0
        if let parts = value.elements, parts.count == 3, parts[0].string == "message" {
            if let channel = parts[1].string, let payload = parts[2].bytes { self.onMessage(channel, payload) }
            return
        }
        guard let done = self.waiting.popFirst() else { return context.close(promise: nil) }
        if case .error(let text) = value { done(.failure(.refused(text))) } else { done(.success(value)) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let reason = error as? RedisError ?? .failed("\(error)")
        if reason == .malformed { self.logger.error("What Redis sends is no answer") }
        self.end(reason)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(.disconnected)
        context.fireChannelInactive()
    }

    private func end(_ reason: RedisError) {
        let waiting = self.waiting
        self.waiting = []
        for done in waiting { done(.failure(reason)) }
    }
}
