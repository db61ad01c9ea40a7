import Desk
import Hummingbird
import SocketIO

/// Agents and admins, for admins.
struct AccountRoutes: Sendable {
    let desk: Desk
    let authenticator: Authenticator
    let links: LinkAddress

    func add(to router: Router<DeskRequestContext>) {
        router.get("admin/api/agents") { request, _ in try await list(request) }
        router.post("admin/api/agents") { request, context in try await invite(request, context) }
        router.patch("admin/api/agents/:id") { request, context in try await change(request, context) }
        router.post("admin/api/agents/:id/link") { request, context in try await issueLink(request, context) }
        router.delete("admin/api/agents/:id/second-factor") { request, context in
            try await removeSecondFactor(request, context)
        }
    }

    private func list(_ request: Request) async throws -> Response {
        let admin = try await admin(request)
        let accounts = try await answering { () throws(DeskError) in try await desk.linkedAccounts(for: admin) }
        return .json(JSON.object { $0.field("agents", accounts.map(WireFormat.linkedAccount)) })
    }

    private func invite(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let (admin, payload) = try await adminAndPayload(request, context)
        let token = LinkToken.random()
        let invited = try await answering { () throws(DeskError) in
            try await desk.invite(
                username: payload.string("username"),
                name: payload.string("name"),
                role: Self.role(payload.string("role")),
                tokenHash: token.hash,
                by: admin
            )
        }
        let url = links.url(of: .invite, token, for: request)
        return .json(
            JSON.object { fields in
                fields.field("agent", WireFormat.linkedAccount(invited))
                fields.field("link", WireFormat.link(of: invited, url: url))
            },
            status: .created
        )
    }

    private func change(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let id = try Self.id(context)
        let (admin, payload) = try await adminAndPayload(request, context)
        let account = try await answering { () throws(DeskError) in
            let change = AccountChange(
                name: try payload.optionalString("name"),
                role: try Self.optionalRole(payload),
                isDisabled: try payload.optionalBool("disabled"),
                requiresSecondFactor: try payload.optionalBool("requiresSecondFactor")
            )
            return try await desk.change(id, change, by: admin)
        }
        return Self.answer(account)
    }

    private func issueLink(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let admin = try await admin(request)
        let id = try Self.id(context)
        let token = LinkToken.random()
        let account = try await answering { () throws(DeskError) in
            try await desk.issueLink(to: id, tokenHash: token.hash, by: admin)
        }
        let url = links.url(of: account.linkKind, token, for: request)
        return .json(JSON.object { $0.field("link", WireFormat.link(of: account, url: url)) })
    }

    private func removeSecondFactor(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let admin = try await admin(request)
        let id = try Self.id(context)
        let account = try await answering { () throws(DeskError) in
            try await desk.removeSecondFactor(of: id, by: admin)
        }
        return Self.answer(account)
    }

    private static func answer(_ account: LinkedAccount) -> Response {
        .json(JSON.object { $0.field("agent", WireFormat.linkedAccount(account)) })
    }

    private static func id(_ context: DeskRequestContext) throws -> Account.ID {
        Account.ID(rawValue: try context.parameters.require("id"))
    }

    private static func optionalRole(_ payload: EventPayload) throws(DeskError) -> Role? {
        guard let text = try payload.optionalString("role") else { return nil }
        return try role(text)
    }

    private static func role(_ text: String) throws(DeskError) -> Role {
        guard let role = Role(rawValue: text) else { throw .invalid(field: "role") }
        return role
    }

    private func adminAndPayload(
        _ request: Request,
        _ context: DeskRequestContext
    ) async throws -> (Principal, EventPayload) {
        try await authenticator.principalAndPayload(
            of: request,
            allowedTo: .manageAccounts,
            logger: context.logger
        )
    }

    private func admin(_ request: Request) async throws(RequestFailure) -> Principal {
        try await authenticator.principal(of: request, allowedTo: .manageAccounts)
    }
}
