import Desk
import HTTPTypes
import Hummingbird
import Logging

/// Turns whatever a route throws into an answer: an error for a program, a page for a person. What went
/// wrong inside is logged and never shown.
struct FailureMiddleware: RouterMiddleware {
    typealias Context = DeskRequestContext

    let files: WebFiles

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let failure as RequestFailure {
            return answer(failure, request)
        } catch let error as any HTTPResponseError {
            return answer(failure(for: error.status), request)
        } catch {
            context.logger.error("A request failed", metadata: ["error": "\(error)"])
            return answer(RequestFailure(status: .internalServerError, error: .unavailable), request)
        }
    }

    private func answer(_ failure: RequestFailure, _ request: Request) -> Response {
        guard request.wantsPage else { return .failure(failure) }
        if failure.status == .notFound, let page = files.file("error.html") {
            return page.answer(to: request, status: .notFound)
        }
        return .page(failure)
    }

    /// What the router itself refuses.
    private func failure(for status: HTTPResponse.Status) -> RequestFailure {
        switch status {
        case .notFound, .methodNotAllowed: .notFound
        case .contentTooLarge: RequestFailure(.tooLarge)
        default: RequestFailure(status: status, error: .notAnObject)
        }
    }
}
