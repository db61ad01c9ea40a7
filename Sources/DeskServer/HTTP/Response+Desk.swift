import HTTPTypes
import Hummingbird
import NIOCore
import SocketIO

extension Response {
    /// An answer for a program. Never kept by a cache.
    static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
        let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: json.text))
    }

    /// - Parameter location: A path of this server.
    static func seeOther(_ location: String) -> Response {
        Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
    }

    /// The error as `{"error":{"code","message"}}`.
    static func failure(_ failure: RequestFailure) -> Response {
        json(JSON.object { $0.field("error", failure.error.json) }, status: failure.status)
            .setting(retryAfter: failure.error.retryAfter)
    }

    /// The error as a page for a person. Never kept by a cache.
    static func page(_ failure: RequestFailure) -> Response {
        let page = FailurePage(failure)
        let headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        return Response(
            status: failure.status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.html))
        )
        .setting(retryAfter: failure.error.retryAfter)
    }

    private func setting(retryAfter wait: Duration?) -> Response {
        guard let wait else { return self }
        var copy = self
        copy.headers[.retryAfter] = String(Int((wait / .seconds(1)).rounded(.up)))
        return copy
    }

    func setting(cookie: String) -> Response {
        var copy = self
        copy.headers.append(HTTPField(name: .setCookie, value: cookie))
        return copy
    }
}

extension Request {
    /// Whether a page asks, and not a program.
    var wantsPage: Bool {
        (headers[.accept] ?? "").lowercased().contains("text/html")
    }
}
