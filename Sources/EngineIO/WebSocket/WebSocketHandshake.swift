import Crypto
import NIOCore
import NIOHTTP1

/// The opening handshake of a WebSocket (RFC 6455 §4.2).
struct WebSocketHandshake {
    /// The only version there is (RFC 6455 §4.1).
    static let version = "13"

    private let key: String

    /// Reads an upgrade request.
    ///
    /// - Returns: nil unless it is a GET with a host that asks for version 13 with a key of 16 bytes.
    init?(_ head: HTTPRequestHead) {
        guard head.method == .GET, head.version == .http1_1, Self.asksForUpgrade(head),
            head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }),
            head.headers.contains(name: "host"),
            head.headers[canonicalForm: "sec-websocket-version"].contains(where: { $0 == Self.version }),
            let key = head.headers.first(name: "sec-websocket-key"),
            Base64.decode(ByteBuffer(string: key))?.readableBytes == 16
        else { return nil }
        self.key = key
    }

    /// The bytes that accept the request. Extensions and subprotocols are declined by leaving them out.
    var response: ByteBuffer {
        let digest = Insecure.SHA1.hash(data: Array("\(self.key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
        return ByteBuffer(
            string: """
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Accept: \(Base64.encode(digest))\r
                \r

                """
        )
    }

    /// Whether a request asks to leave HTTP/1.1, be it for WebSocket or not. NIO's parser stops after such a request.
    static func asksForUpgrade(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "upgrade")
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }
}
