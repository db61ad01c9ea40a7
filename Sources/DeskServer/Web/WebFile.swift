import Crypto
import NIOCore

/// One file of `web/`, ready to be sent.
struct WebFile: Sendable {
    let bytes: ByteBuffer
    let contentType: String
    /// A strong entity tag (RFC 9110 §8.8.3), the same for the same bytes.
    let etag: String

    init(path: String, bytes: ByteBuffer) {
        self.bytes = bytes
        self.contentType = Self.contentType(of: path)
        self.etag = "\"" + Base64URL.encode(Array(SHA256.hash(data: bytes.readableBytesView)).prefix(15)) + "\""
    }

    private static func contentType(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
