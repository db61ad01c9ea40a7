import NIOCore
import NIOHTTP1

/// Decides what an Engine.IO request asks for, and refuses what the protocol or the configuration does not allow, in
/// the reference server's order.
struct EngineRouter {
    enum Route {
        case preflight
        case open(HandshakeRequest)
        case openWebSocket(HandshakeRequest, WebSocketHandshake)
        case poll(EngineHandle)
        case post(EngineHandle)
        case attach(EngineHandle, WebSocketHandshake)
    }

    let server: EngineServer
    let isSecure: Bool

    func route(_ head: HTTPRequestHead, remoteAddress: SocketAddress?) throws(RequestError) -> Route {
        let configuration = self.server.configuration
        guard configuration.isOurs(head.uri) else { throw .notFound }
        let verdict = configuration.origins.judge(
            origin: head.headers.first(name: "origin"),
            host: head.headers.first(name: "host")
        )
        if head.method == .OPTIONS {
            guard verdict == .allowed else { throw verdict == .denied ? .forbidden : .badHandshakeMethod }
            return .preflight
        }
        let query = Query(target: head.uri)
        guard let transport = query["transport"].flatMap(Transport.init(rawValue:)),
            configuration.transports.contains(transport)
        else { throw .unknownTransport }
        guard verdict != .denied else { throw .forbidden }
        if let sid = query["sid"] {
            return try self.route(head, transport, to: SessionID(sid))
        }
        let request = HandshakeRequest(
            head: head,
            remoteAddress: remoteAddress,
            isSecure: self.isSecure,
            origin: verdict
        )
        return try self.open(request, transport)
    }

    private func open(_ request: HandshakeRequest, _ transport: Transport) throws(RequestError) -> Route {
        guard request.head.method == .GET else { throw .badHandshakeMethod }
        let handshake = WebSocketHandshake(request.head)
        guard (transport == .webSocket) == (handshake != nil) else { throw .badRequest }
        guard request.query["EIO"] == "4" else { throw .unsupportedProtocolVersion }
        guard !self.server.isShuttingDown else { throw .shuttingDown }
        guard self.server.configuration.admits(request) else { throw .forbidden }
        return handshake.map { .openWebSocket(request, $0) } ?? .open(request)
    }

    private func route(
        _ head: HTTPRequestHead,
        _ transport: Transport,
        to sid: SessionID
    ) throws(RequestError) -> Route {
        guard let session = self.server.session(sid) else { throw .unknownSession }
        switch (transport, head.method) {
        case (.webSocket, _):
            guard self.server.configuration.allowsUpgrades, let handshake = WebSocketHandshake(head) else {
                throw .badRequest
            }
            return .attach(session, handshake)
        case (.polling, .GET):
            return .poll(session)
        case (.polling, .POST):
            guard head.headers.first(name: "content-type")?.hasPrefix("application/octet-stream") != true else {
                throw .badRequest
            }
            return .post(session)
        default:
            throw .badRequest
        }
    }
}
