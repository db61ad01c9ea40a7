import Desk

/// The cookie that carries the login: `token`, out of reach of scripts.
struct LoginCookie: Sendable {
    static let name = "token"

    let isSecure: Bool

    /// The value of `Set-Cookie`.
    func set(_ token: String, until end: Timestamp, now: Timestamp) -> String {
        let seconds = max(0, (end.milliseconds - now.milliseconds) / 1000)
        return "\(Self.name)=\(token); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax" + suffix
    }

    /// The value of `Set-Cookie` that makes a browser forget it.
    var cleared: String {
        "\(Self.name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax" + suffix
    }

    private var suffix: String { isSecure ? "; Secure" : "" }
}
