import NIOCore

/// One HTTP request that waits for its answer, possibly from a session on another event loop.
final class Exchange: Sendable {
    private let handler: NIOLoopBound<EngineHTTPHandler>
    let eventLoop: any EventLoop

    init(_ handler: EngineHTTPHandler, on eventLoop: any EventLoop) {
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
        self.eventLoop = eventLoop
    }

    /// Answers the request. Any thread; what comes after the first answer or after the client left is dropped.
    func respond(_ response: EngineResponse) {
        if self.eventLoop.inEventLoop {
            self.handler.value.respond(response, to: self)
        } else {
            self.eventLoop.execute { self.handler.value.respond(response, to: self) }
        }
    }

    /// Answers the request behind all that was answered on another loop before. Any thread.
    func respond(_ response: EngineResponse, behind loop: (any EventLoop)?) {
        guard let loop, !loop.inEventLoop else { return self.respond(response) }
        loop.execute { self.respond(response) }
    }
}
