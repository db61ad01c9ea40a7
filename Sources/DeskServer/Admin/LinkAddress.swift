import Desk
import HTTPTypes
import Hummingbird

/// Where one-time links lead. The token is in the fragment, which reaches no server and no log.
struct LinkAddress: Sendable {
    /// As ``ServerConfiguration/publicOrigin``.
    let publicOrigin: WebOrigin?
    let isSecure: Bool

    /// - Parameter request: By which address its sender knows this server. It has passed ``ForeignOriginMiddleware``.
    func url(of kind: PasswordLink.Kind, _ token: LinkToken, for request: Request) -> String {
        "\(origin(of: request))/\(kind.rawValue)#\(token.rawValue)"
    }

    /// A browser's `Origin` also knows of a proxy that speaks https in front.
    private func origin(of request: Request) -> String {
        if let publicOrigin { return publicOrigin.rawValue }
        if let origin = request.headers[.origin].flatMap({ WebOrigin($0) }) { return origin.rawValue }
        return (isSecure ? "https://" : "http://") + (request.head.authority ?? "")
    }
}
