import Desk
import HTTPTypes

/// Why a request gets no answer: what the routes throw.
struct RequestFailure: Error {
    var status: HTTPResponse.Status
    var error: WireError

    static let notFound = RequestFailure(.notFound)
    static let unauthorized = RequestFailure(.unauthorized)
    static let codeRequired = RequestFailure(status: .unauthorized, error: .codeRequired)
    static let wrongCode = RequestFailure(status: .unauthorized, error: .wrongCode)
    static let notAnObject = RequestFailure(status: .badRequest, error: .notAnObject)

    init(status: HTTPResponse.Status, error: WireError) {
        self.status = status
        self.error = error
    }

    /// Why nothing can be stored, for whoever watches over the server.
    init(_ trouble: StoreTrouble) {
        self.init(.unavailable)
        error.reason = trouble.rawValue
    }

    /// The one translation of the desk's errors into HTTP.
    init(_ error: DeskError) {
        self.error = WireError(error)
        self.status =
            switch error {
            case .invalid: .badRequest
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .closed, .conflict: .conflict
            case .rateLimited: .tooManyRequests
            case .tooLarge: .contentTooLarge
            case .unavailable: .serviceUnavailable
            }
    }
}
