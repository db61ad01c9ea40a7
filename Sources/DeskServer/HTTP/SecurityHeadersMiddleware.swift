import HTTPTypes
import Hummingbird

/// Puts the security headers on every answer. Outermost, so that errors have them too.
struct SecurityHeadersMiddleware: RouterMiddleware {
    typealias Context = DeskRequestContext

    /// Nothing but our own files; no script and no style inside a page.
    private static let contentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors "
    private static let strictTransport = "max-age=31536000"

    let isSecure: Bool
    /// Sites that may frame the customer page, and nothing else.
    let settings: CurrentSettings

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        let framers = request.uri.path == "/" ? framers : "'none'"
        response.headers[.contentSecurityPolicy] = Self.contentPolicy + framers
        response.headers[.xContentTypeOptions] = "nosniff"
        // no-referrer would make browsers send `Origin: null` with forms.
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "same-origin" }
        if isSecure { response.headers[.strictTransportSecurity] = Self.strictTransport }
        return response
    }

    private var framers: String {
        let origins = settings.origins
        return origins.isEmpty ? "'none'" : origins.joined(separator: " ")
    }
}
