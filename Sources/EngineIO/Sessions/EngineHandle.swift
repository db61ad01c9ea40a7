public import NIOCore

/// Reaches one session from any thread. What is done through one handle by one thread happens in that order. On a session
/// that has ended, sending and closing do nothing.
public struct EngineHandle: Sendable {
    /// See ``EngineConnection/id``.
    public let id: SessionID

    private let connection: NIOLoopBound<EngineConnection>

    /// Runs tasks on ``eventLoop``.
    package let executor: EventLoopTaskExecutor

    /// The loop that everything of the session runs on.
    public var eventLoop: any EventLoop { self.executor.eventLoop }

    init(_ id: SessionID, _ connection: NIOLoopBound<EngineConnection>, _ executor: EventLoopTaskExecutor) {
        self.id = id
        self.connection = connection
        self.executor = executor
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

    /// Runs `body` on the session's loop: at once if the caller is on it, otherwise later. Later for a task in any case, and
    /// for what is collected (``LoopBatch``): it must not overtake what was sent to many before. It runs even if the session
    /// has ended, and must not block.
    ///
    /// - Parameter body: gets the session, which it must not let escape from the loop.
    public func run(_ body: @escaping @Sendable (EngineConnection) -> Void) {
        if let local {
            guard LoopBatch.isCollecting || withUnsafeCurrentTask(body: { $0 != nil }) else { return body(local) }
            local.noteSent()
        }
        LoopBatch.execute(on: self.eventLoop) { body(self.connection.value) }
    }

    /// The same for the transport, which goes on with what came in: always at once on the session's loop.
    func goOn(_ body: @escaping @Sendable (EngineConnection) -> Void) {
        if let local { body(local) } else { self.eventLoop.execute { body(self.connection.value) } }
    }
}
