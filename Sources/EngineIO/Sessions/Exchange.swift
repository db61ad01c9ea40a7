import NIOCore
import NIOHTTP1

/// One HTTP request that waits for its answer, possibly from a session on another event loop.
final class Exchange: Sendable {
    private let handler: NIOLoopBound<EngineHTTPHandler>
    private let eventLoop: any EventLoop

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
}

/// An answer to a request of the polling transport.
struct EngineResponse: Sendable {
    var status: HTTPResponseStatus
    var contentType: String
    var body: ByteBuffer

    init(status: HTTPResponseStatus = .ok, contentType: String = "text/plain; charset=UTF-8", body: ByteBuffer) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    init(_ error: RequestError) {
        self.init(status: error.status, contentType: "application/json", body: ByteBuffer(staticString: error.body))
    }

    /// One packet as the whole answer to a GET.
    init(_ packet: OutboundMessage) {
        self.init(body: packet.payload)
    }

    /// The answer to every accepted POST.
    static let ok = EngineResponse(contentType: "text/html", body: ByteBuffer(string: "ok"))
}
