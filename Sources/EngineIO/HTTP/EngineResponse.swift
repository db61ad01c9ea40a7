import NIOCore
import NIOHTTP1

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

extension EngineResponse {
    /// The headers to answer `request` with.
    ///
    /// - Parameter isLast: whether the connection closes after it.
    func headers(for request: HTTPRequestHead?, origins: OriginPolicy, isLast: Bool) -> HTTPHeaders {
        var headers = HTTPHeaders()
        if self.status != .noContent {
            headers.add(name: "content-type", value: self.contentType)
            headers.add(name: "content-length", value: String(self.body.readableBytes))
        }
        headers.add(name: "cache-control", value: "no-store")
        headers.add(name: "x-content-type-options", value: "nosniff")
        if let request { Self.addCORS(to: &headers, for: request, origins) }
        if self.status == .badRequest, let request, WebSocketHandshake.asksForUpgrade(request) {
            // To a client of another version (RFC 6455 §4.4).
            headers.add(name: "sec-websocket-version", value: WebSocketHandshake.version)
        }
        if isLast { headers.add(name: "connection", value: "close") }
        return headers
    }

    private static func addCORS(to headers: inout HTTPHeaders, for request: HTTPRequestHead, _ origins: OriginPolicy) {
        guard let origin = request.headers.first(name: "origin") else { return }
        guard origins.judge(origin: origin, host: request.headers.first(name: "host")) == .allowed else { return }
        headers.add(name: "access-control-allow-origin", value: origin)
        headers.add(name: "vary", value: "Origin")
        guard request.method == .OPTIONS else { return }
        headers.add(name: "access-control-allow-methods", value: "GET, POST")
        headers.add(name: "access-control-allow-headers", value: "content-type")
        headers.add(name: "access-control-max-age", value: "600")
    }
}
