import Crypto
import NIOCore

/// One file of `web/`, ready to be sent.
struct WebFile: Sendable {
    /// One form of the file.
    struct Coding: Sendable {
        let bytes: ByteBuffer
        /// A strong entity tag (RFC 9110 §8.8.3), the same for the same bytes.
        let etag: String
    }

    let contentType: String
    let plain: Coding
    /// Compressed by gzip; nil where that makes nothing smaller.
    let gzipped: Coding?

    /// - Parameter path: Its ending tells what it is.
    init(path: String, bytes: [UInt8]) {
        let digest = Base64URL.encode(Array(SHA256.hash(data: bytes)).prefix(15))
        contentType = Self.contentType(of: path)
        plain = Coding(bytes: ByteBuffer(bytes: bytes), etag: "\"\(digest)\"")
        gzipped =
            if Self.isText(path), let compressed = Gzip.compressed(bytes), compressed.count < bytes.count {
                Coding(bytes: ByteBuffer(bytes: compressed), etag: "\"\(digest)-gzip\"")
            } else {
                nil
            }
    }

    private static func isText(_ path: String) -> Bool {
        switch path.split(separator: ".").last {
        case "html", "js", "css", "json", "svg", "txt": true
        default: false
        }
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
