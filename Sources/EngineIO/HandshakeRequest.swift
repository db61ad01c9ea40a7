public import NIOCore
public import NIOHTTP1

/// The HTTP request that opened a session, as hooks and middleware see it. A polling session that moves to a WebSocket
/// keeps its first one.
public struct HandshakeRequest: Sendable {
    /// A class: the connection and each of its sockets have the request.
    private final class Content: Sendable {
        let head: HTTPRequestHead
        let remoteAddress: SocketAddress?
        let isSecure: Bool
        let origin: OriginPolicy.Verdict

        init(
            head: HTTPRequestHead,
            remoteAddress: SocketAddress?,
            isSecure: Bool,
            origin: OriginPolicy.Verdict
        ) {
            self.head = head
            self.remoteAddress = remoteAddress
            self.isSecure = isSecure
            self.origin = origin
        }
    }

    private let content: Content

    init(
        head: HTTPRequestHead,
        remoteAddress: SocketAddress?,
        isSecure: Bool,
        origin: OriginPolicy.Verdict
    ) {
        var head = head
        // As long as the connection lives: without the room that the parser left for more headers.
        head.headers = HTTPHeaders(Array(head.headers))
        self.content = Content(
            head: head,
            remoteAddress: remoteAddress,
            isSecure: isSecure,
            origin: origin
        )
    }

    /// Method, target and headers as received: at most 100 headers of 32 KiB together.
    public var head: HTTPRequestHead { self.content.head }
    /// The decoded query string. `EIO` and `transport` stand in it beside what the client's `query` option added.
    /// Decoded anew each time.
    public var query: Query { Query(target: self.head.uri) }
    /// The peer of the TCP connection; a proxy's address if there is one in front. Nil where the channel has none.
    public var remoteAddress: SocketAddress? { self.content.remoteAddress }
    /// Whether this process ended TLS for the connection. False behind a proxy that does.
    public var isSecure: Bool { self.content.isSecure }
    /// What the server's ``OriginPolicy`` made of the `Origin` header.
    public var origin: OriginPolicy.Verdict { self.content.origin }

    /// The request's headers. Names are compared without regard to case.
    public var headers: HTTPHeaders { self.head.headers }

    /// The value of the named cookie (RFC 6265 §5.4), or nil. The first one wins.
    ///
    /// The value comes without the quotes it may stand in, and as it was sent: percent signs are not decoded.
    ///
    /// - Parameter name: compared with regard to case.
    public func cookie(_ name: String) -> String? {
        for header in self.headers["cookie"] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, Self.trim(parts[0]) == name else { continue }
                return Self.unquoted(Self.trim(parts[1]))
            }
        }
        return nil
    }

    private static func unquoted(_ text: Substring) -> String {
        let isQuoted = text.utf8.count >= 2 && text.first == "\"" && text.last == "\""
        return String(isQuoted ? text.dropFirst().dropLast() : text)
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
