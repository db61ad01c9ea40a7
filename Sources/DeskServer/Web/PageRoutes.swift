import Desk
import HTTPTypes
import Hummingbird

/// The pages and their files.
struct PageRoutes: Sendable {
    let files: WebFiles
    let authenticator: Authenticator

    /// Which file is behind which path, for everybody.
    private static let pages = [
        ("/", "customer/index.html"),
        ("agent/logout", "agent/logout.html"),
        ("setup", "agent/setup.html"),
        ("invite", "agent/password-link.html"),
        ("reset", "agent/password-link.html"),
    ]

    func add(to router: Router<DeskRequestContext>) {
        for (path, file) in Self.pages {
            router.get(RouterPath(path)) { request, _ in try page(file, request) }
        }
        router.get("agent/login") { request, _ in
            guard try await login(request) == nil else { return Response.seeOther("/agent/dashboard") }
            return try page("agent/login.html", request)
        }
        router.get("agent/dashboard") { request, _ in
            guard let login = try await login(request) else { return Response.seeOther("/agent/login") }
            guard !login.account.mustSetUpSecondFactor else { return Response.seeOther("/agent/settings") }
            return try page("dashboard/index.html", request)
        }
        router.get("agent/settings") { request, _ in
            guard try await login(request) != nil else { return Response.seeOther("/agent/login") }
            return try page("agent/settings.html", request)
        }
        router.get("admin") { request, _ in
            guard let login = try await login(request) else { return Response.seeOther("/agent/login") }
            guard login.account.role == .admin else { throw RequestFailure(.forbidden) }
            guard !login.account.mustSetUpSecondFactor else { return Response.seeOther("/agent/settings") }
            return try page("admin/index.html", request)
        }
        router.get("assets/**") { request, context in try asset(context.parameters.getCatchAll(), request) }
    }

    private func login(_ request: Request) async throws(RequestFailure) -> Login? {
        try await answering { () throws(DeskError) in try await authenticator.login(of: request) }
    }

    private func page(_ path: String, _ request: Request) throws -> Response {
        guard let file = files.file(path) else { throw RequestFailure.notFound }
        return file.answer(to: request)
    }

    /// Pages are served under their own paths, tests not at all.
    private func asset(_ path: [Substring], _ request: Request) throws -> Response {
        let path = path.joined(separator: "/")
        guard !path.hasSuffix(".html"), !path.hasSuffix(".test.js"), let file = files.file(path) else {
            throw RequestFailure.notFound
        }
        return file.answer(to: request)
    }
}
