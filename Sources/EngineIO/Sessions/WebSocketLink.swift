import NIOCore

/// A session's way to a WebSocket, which may live on another event loop: a session stays on the loop of its first
/// request, an upgrade comes on whatever connection the client opens for it.
final class WebSocketLink: Sendable {
    private let handler: NIOLoopBound<WebSocketHandler>
    private let eventLoop: any EventLoop

    init(_ handler: WebSocketHandler, on eventLoop: any EventLoop) {
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
        self.eventLoop = eventLoop
    }

    /// Whether the client keeps up; true where the caller is on another loop and cannot tell.
    var isWritable: Bool {
        !self.eventLoop.inEventLoop || self.handler.value.isWritable
    }

    /// Writes messages in order. They leave at the end of the loop's tick.
    func write(_ messages: [OutboundMessage]) {
        self.run { handler in
            for message in messages { handler.write(message) }
        }
    }

    /// Writes one message in order. It leaves at the end of the loop's tick.
    func write(_ message: OutboundMessage, isVolatile: Bool = false) {
        if self.eventLoop.inEventLoop {
            self.handler.value.write(message, isVolatile: isVolatile)
        } else {
            self.eventLoop.execute { self.handler.value.write(message, isVolatile: isVolatile) }
        }
    }

    /// Sends what was written, then a close frame, and closes the connection.
    func close(_ code: WebSocketCloseCode) {
        self.run { $0.close(code) }
    }

    /// Runs `body` on the WebSocket's loop, behind what has arrived there.
    func behindReads(_ body: @escaping @Sendable () -> Void) {
        self.eventLoop.execute(body)
    }

    private func run(_ body: @escaping @Sendable (WebSocketHandler) -> Void) {
        if self.eventLoop.inEventLoop {
            body(self.handler.value)
        } else {
            self.eventLoop.execute { body(self.handler.value) }
        }
    }
}
