import Desk
import SocketIO

/// The one translation of what the desk refuses into the words of the wire. The sentences are ours and
/// the same for everybody: nothing internal, no id, no text comes with them.
struct WireError: Error, Equatable {
    var code: String
    var message: String
    var field: String?
    var retryAfter: Duration?
    /// Only where an operator looks.
    var reason: String?

    /// The payload is not one object.
    static let notAnObject = WireError(code: "invalid", message: "Send one object.")
    /// The password is right, and the account has a second factor.
    static let codeRequired = WireError(code: "totp_required", message: "Send the code too.")
    static let wrongCode = WireError(code: "totp_required", message: "This code is not right.", field: "code")
    static let unavailable = WireError(.unavailable)

    private init(code: String, message: String, field: String? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
    }

    init(_ error: DeskError) {
        self =
            switch error {
            case .invalid(let field): WireError(code: "invalid", message: "A field is not valid.", field: field)
            case .unauthorized: WireError(code: "unauthorized", message: "This login is not valid.")
            case .forbidden: WireError(code: "forbidden", message: "You may not do this.")
            case .notFound: WireError(code: "not_found", message: "There is nothing here.")
            case .closed: WireError(code: "closed", message: "The ticket is closed.")
            case .conflict: WireError(code: "conflict", message: "Somebody else was first.")
            case .rateLimited(let wait):
                WireError(code: "rate_limited", message: "Too many requests.", retryAfter: wait)
            case .tooLarge: WireError(code: "too_large", message: "This is too large.")
            case .unavailable: WireError(code: "unavailable", message: "Not possible now. Try again.")
            }
    }

    /// Rounded up: who comes a moment too early is refused again.
    var retryAfterMilliseconds: Int? {
        retryAfter.map { Int(($0 / .milliseconds(1)).rounded(.up)) }
    }

    var json: JSON {
        JSON.object { fields in
            fields.field("code", code)
            fields.field("message", message)
            fields.field("field", field)
            fields.field("reason", reason)
            fields.field("retryAfterMs", retryAfterMilliseconds)
        }
    }
}
