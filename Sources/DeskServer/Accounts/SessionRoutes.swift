import Desk
import HTTPTypes
import Hummingbird
import SocketIO

/// The login sessions: agents see and end their own, admins everybody's.
struct SessionRoutes: Sendable {
    let desk: Desk
    let authenticator: Authenticator
    let watch: LoginWatch

    func add(to router: Router<DeskRequestContext>) {
        router.get("agent/api/sessions") { request, _ in try await listOwn(request) }
        router.delete("agent/api/sessions") { request, _ in try await endOthers(request) }
        router.delete("agent/api/sessions/:id") { request, context in try await end(request, context, ofAll: false) }
        router.get("admin/api/sessions") { request, _ in try await listAll(request) }
        router.delete("admin/api/sessions/:id") { request, context in try await end(request, context, ofAll: true) }
    }

    private func listOwn(_ request: Request) async throws -> Response {
        let login = try await authenticator.agent(of: request)
        let logins = try await answering { () throws(DeskError) in
            try await desk.logins(of: login.account.id, for: login.account.principal)
        }
        return Self.answer(logins.map { WireFormat.session($0.session, isCurrent: $0.session.id == login.session.id) })
    }

    /// All, or with `?agentId=` those of one agent.
    private func listAll(_ request: Request) async throws -> Response {
        let login = try await authenticator.agent(of: request)
        let id = request.uri.queryParameters.get("agentId").map(Account.ID.init(rawValue:))
        let logins = try await answering { () throws(DeskError) in
            try authorize(login.account.principal, to: .manageAllSessions)
            return try await desk.logins(of: id, for: login.account.principal)
        }
        return Self.answer(
            logins.map { entry in
                let isCurrent = entry.session.id == login.session.id
                return WireFormat.session(entry.session, isCurrent: isCurrent, of: entry.account)
            }
        )
    }

    private func endOthers(_ request: Request) async throws -> Response {
        let login = try await authenticator.agent(of: request)
        try await answering { () throws(DeskError) in try await desk.endOtherSessions(than: login) }
        return .json(.emptyObject)
    }

    private func end(_ request: Request, _ context: DeskRequestContext, ofAll all: Bool) async throws -> Response {
        let login = try await authenticator.agent(of: request)
        let id = LoginSession.ID(rawValue: try context.parameters.require("id"))
        try await answering { () throws(DeskError) in
            try await desk.endSession(id, ofAll: all, by: login.account.principal)
        }
        watch.end(id, because: .logout)
        return .json(.emptyObject)
    }

    private static func answer(_ sessions: [JSON]) -> Response {
        .json(JSON.object { $0.field("sessions", sessions) })
    }
}

/// Runs what the desk may refuse, and answers as HTTP does.
func answering<Answer>(_ work: () async throws(DeskError) -> Answer) async throws(RequestFailure) -> Answer {
    do {
        return try await work()
    } catch {
        throw RequestFailure(error)
    }
}

extension Authenticator {
    /// The login of a request that only an agent may make.
    ///
    /// - Throws: ``RequestFailure``: 401 if there is none in force, 403 as long as a second factor has to be set up.
    func agent(of request: Request) async throws(RequestFailure) -> Login {
        let login = try await answering { () throws(DeskError) in try await self.login(of: request) }
        guard let login else { throw RequestFailure.unauthorized }
        guard !login.account.mustSetUpSecondFactor else { throw RequestFailure(.forbidden) }
        return login
    }
}
