public import NIOCore

/// Reaches one session from any thread. What is done through one handle by one thread happens in that order.
public struct EngineHandle: Sendable {
    private let connection: NIOLoopBound<EngineConnection>

    /// The loop that everything of the session runs on.
    public let eventLoop: any EventLoop

    init(_ connection: NIOLoopBound<EngineConnection>, _ eventLoop: any EventLoop) {
        self.connection = connection
        self.eventLoop = eventLoop
    }

    /// The session, if the caller is on its event loop.
    var local: EngineConnection? { self.eventLoop.inEventLoop ? self.connection.value : nil }

    /// See ``EngineConnection/send(_:isVolatile:)``.
    public func send(_ message: OutboundMessage, isVolatile: Bool = false) {
        self.run { $0.send(message, isVolatile: isVolatile) }
    }

    /// See ``EngineConnection/close(_:)``.
    public func close(_ reason: CloseReason = .forcedClose) {
        self.run { $0.close(reason) }
    }

    /// Runs `body` on the session's loop: at once if the caller is on it, otherwise later.
    public func run(_ body: @escaping @Sendable (EngineConnection) -> Void) {
        if self.eventLoop.inEventLoop {
            body(self.connection.value)
        } else {
            self.eventLoop.execute { body(self.connection.value) }
        }
    }
}
