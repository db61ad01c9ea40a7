public import NIOCore

/// Reaches one session from any thread. What is done through one handle by one thread happens in that order. On a session
/// that has ended, sending and closing do nothing.
public struct EngineHandle: Sendable {
    /// See ``EngineConnection/id``.
    public let id: SessionID

    private let connection: NIOLoopBound<EngineConnection>

    /// The loop that everything of the session runs on.
    public let eventLoop: any EventLoop

    init(_ id: SessionID, _ connection: NIOLoopBound<EngineConnection>, _ eventLoop: any EventLoop) {
        self.id = id
        self.connection = connection
        self.eventLoop = eventLoop
    }

    /// The session, if the caller is on its event loop.
    var local: EngineConnection? { self.eventLoop.inEventLoop ? self.connection.value : nil }

    /// Sends a message, at once or later: see ``EngineConnection/send(_:isVolatile:)``.
    ///
    /// - Parameters:
    ///   - message: may be sent through many handles.
    ///   - isVolatile: drops the message where it would have to wait for the client. Default false.
    public func send(_ message: OutboundMessage, isVolatile: Bool = false) {
        self.run { $0.send(message, isVolatile: isVolatile) }
    }

    /// Ends the session, at once or later: see ``EngineConnection/close(_:)``.
    ///
    /// - Parameter reason: what ``EngineConnectionDelegate/closed(_:)`` is told. Default ``CloseReason/forcedClose``.
    public func close(_ reason: CloseReason = .forcedClose) {
        self.run { $0.close(reason) }
    }

    /// Runs `body` on the session's loop: at once if the caller is on it, otherwise later. It runs even if the session has
    /// ended, and must not block.
    ///
    /// - Parameter body: gets the session, which it must not let escape from the loop.
    public func run(_ body: @escaping @Sendable (EngineConnection) -> Void) {
        if self.eventLoop.inEventLoop {
            body(self.connection.value)
        } else {
            LoopBatch.execute(on: self.eventLoop) { body(self.connection.value) }
        }
    }
}
