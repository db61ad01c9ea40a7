import Desk
import EngineIO

/// What a connecting socket asks to be, by events.md "Who is who". The role itself is never asked for.
enum Claim: Equatable {
    /// A guest, known or new.
    case guest(token: String?)
    /// Whoever the cookie's login belongs to.
    case login(cookie: String)

    /// - Parameters:
    ///   - guestToken: `auth.guestToken`; nil if there is no such field, empty if it is no string.
    ///   - cookie: The login cookie.
    ///   - origin: What the server makes of the `Origin` header.
    ///   - fetchSite: `Sec-Fetch-Site`.
    init(guestToken: String?, cookie: String?, origin: OriginPolicy.Verdict, fetchSite: String?) {
        if let guestToken {
            self = .guest(token: guestToken.isEmpty ? nil : guestToken)
        } else if let cookie, !cookie.isEmpty, Self.isOwn(origin, fetchSite) {
            self = .login(cookie: cookie)
        } else {
            self = .guest(token: nil)
        }
    }

    /// A browser sends its cookie from foreign pages too; without an `Origin`, `Sec-Fetch-Site` tells.
    private static func isOwn(_ origin: OriginPolicy.Verdict, _ fetchSite: String?) -> Bool {
        switch origin {
        case .own: true
        case .absent: [nil, "same-origin", "none"].contains(fetchSite?.lowercased())
        case .allowed, .denied: false
        }
    }
}
