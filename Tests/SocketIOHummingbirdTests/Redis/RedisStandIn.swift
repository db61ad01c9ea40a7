import NIOCore
import NIOPosix

@testable import SocketIORedis

/// Answers in Redis' place, on a port of its own.
final class RedisStandIn: Sendable {
    let port: Int
    private let channel: any Channel

    /// - Parameter answer: gets a command's words, and says what is written. Nil ends the connection.
    init(_ answer: @escaping @Sendable ([String]) -> String?) async throws {
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(RESPDecoder()),
                        Answers(answer)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    deinit { self.channel.close(promise: nil) }

    private final class Answers: ChannelInboundHandler {
        typealias InboundIn = RESPValue
        typealias OutboundOut = ByteBuffer

        private let answer: @Sendable ([String]) -> String?

        init(_ answer: @escaping @Sendable ([String]) -> String?) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let words = (Self.unwrapInboundIn(data).elements ?? []).compactMap(\.string)
            guard let text = self.answer(words) else { return context.close(promise: nil) }
            context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
