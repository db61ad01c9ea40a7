import Desk
import HTTPTypes
import Hummingbird
import SocketIO

/// Login, logout and renewal over HTTP.
struct LoginRoutes: Sendable {
    let desk: Desk
    let authenticator: Authenticator
    let login: PasswordLogin
    let addresses: ClientAddresses
    let cookie: LoginCookie
    let watch: LoginWatch

    func add(to router: Router<DeskRequestContext>) {
        router.post("agent/login") { request, context in try await logIn(request, context) }
        router.post("agent/logout") { request, _ in try await logOut(request) }
        router.post("agent/renew") { request, _ in try await renew(request) }
        router.get("agent/me") { request, _ in try await me(request) }
    }

    private func logIn(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let fields = try await BodyFields(request, logger: context.logger)
        let credentials = PasswordLogin.Credentials(
            username: try fields.string("username"),
            password: try fields.string("password"),
            code: fields.optionalString("code")
        )
        let device = request.cookies[DeviceTokens.cookieName]?.value
        let origin = PasswordLogin.Origin(
            address: addresses.address(of: request, in: context),
            device: device,
            browser: BrowserName.read(request.headers[.userAgent])
        )
        do {
            let login = try await login(credentials, from: origin)
            let answer: Response =
                fields.isForm
                ? .seeOther("/agent/dashboard")
                : .json(JSON.object { $0.field("agent", WireFormat.agent(login.account)) })
            return answer.setting(cookie: try await setCookie(for: login))
                .setting(cookie: deviceCookie(for: login, known: device))
        } catch let failure as RequestFailure {
            guard fields.isForm else { throw failure }
            return .seeOther("/agent/login?error=\(failure.error.code)")
        }
    }

    /// The same one again for a browser that has one, so that its failures stay its own.
    private func deviceCookie(for login: Login, known token: String?) -> String {
        let devices = self.login.devices
        let username = login.account.username
        return devices.cookie(devices.device(of: token, for: username) ?? authenticator.makeID(), for: username)
    }

    private func logOut(_ request: Request) async throws -> Response {
        // Whatever cannot be read as a login has nothing that could be ended.
        if let login = try await currentLogin(request) {
            do {
                try await desk.endSession(login.session.id, because: .logout)
            } catch {
                throw RequestFailure(error)
            }
            watch.end(login.session.id, because: .logout)
        }
        let isForm = request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") ?? false
        let answer: Response = isForm ? .seeOther("/agent/login") : .json(.emptyObject)
        return answer.setting(cookie: cookie.cleared)
    }

    private func renew(_ request: Request) async throws -> Response {
        guard var login = try await currentLogin(request) else { throw RequestFailure.unauthorized }
        do {
            login.session = try await desk.renewSession(login.session.id)
        } catch {
            throw RequestFailure(error)
        }
        let end = login.session.expiresAt.iso8601
        return try await Response.json(JSON.object { $0.field("expiresAt", end) })
            .setting(cookie: setCookie(for: login))
    }

    private func me(_ request: Request) async throws -> Response {
        guard let login = try await currentLogin(request) else { throw RequestFailure.unauthorized }
        return .json(JSON.object { $0.field("agent", WireFormat.agent(login.account)) })
    }

    private func currentLogin(_ request: Request) async throws -> Login? {
        do {
            return try await authenticator.login(of: request)
        } catch {
            throw RequestFailure(error)
        }
    }

    private func setCookie(for login: Login) async throws(RequestFailure) -> String {
        let token: String
        do {
            token = try await authenticator.token(for: login)
        } catch {
            throw RequestFailure(error)
        }
        return cookie.set(token, until: login.session.expiresAt, now: authenticator.now())
    }
}

extension Authenticator {
    /// The login that a request's cookie names; nil if there is none in force.
    func login(of request: Request) async throws(DeskError) -> Login? {
        guard let cookie = request.cookies[LoginCookie.name]?.value else { return nil }
        do {
            return try await login(cookie: cookie)
        } catch .unauthorized {
            return nil
        }
    }
}
