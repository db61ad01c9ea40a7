import Desk
import EngineIO
import HTTPTypes
import Hummingbird

/// Refuses requests that change something and were made by a page of another site (cross-site request
/// forgery); programs send neither header.
struct ForeignOriginMiddleware: RouterMiddleware {
    typealias Context = DeskRequestContext

    let origins: OriginPolicy

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let isSafe = [.get, .head, .options].contains(request.method)
        guard isSafe || isOurs(request) else { throw RequestFailure(.forbidden) }
        return try await next(request, context)
    }

    private func isOurs(_ request: Request) -> Bool {
        let site = request.headers.first { $0.name.canonicalName == "sec-fetch-site" }?.value.lowercased()
        guard [nil, "same-origin", "none"].contains(site) else { return false }
        switch origins.judge(origin: request.headers[.origin], host: request.head.authority) {
        case .absent, .own: return true
        case .allowed, .denied: return false
        }
    }
}
