import Desk
import HTTPTypes
import Hummingbird

/// Bounds the requests of one address that change something; each may cost a write.
struct PostLimitMiddleware: RouterMiddleware {
    typealias Context = DeskRequestContext

    let limiter: RateLimiter

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if ![.get, .head, .options].contains(request.method) {
            do throws(DeskError) {
                let address = limiter.addresses.address(of: request, in: context)
                try limiter.posts.take(address)
                if limiter.isShared { try await limiter.posts.takeShared(address) }
            } catch {
                throw RequestFailure(error)
            }
        }
        return try await next(request, context)
    }
}
