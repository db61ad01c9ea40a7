import Desk
import HTTPTypes
import Hummingbird
import SocketIO

/// The audit log, for admins.
struct AuditRoutes: Sendable {
    let desk: Desk
    let authenticator: Authenticator

    func add(to router: Router<DeskRequestContext>) {
        router.get("admin/api/audit") { request, _ in try await list(request) }
    }

    private func list(_ request: Request) async throws -> Response {
        let admin = try await authenticator.principal(of: request, allowedTo: .readAudit)
        let parameters = request.uri.queryParameters
        let page = try await answering { () throws(DeskError) in
            let limit = parameters.get("limit").map { Int($0) ?? 0 }
            let query = try AuditQuery(
                limit: limit,
                cursor: parameters.get("cursor"),
                action: parameters.get("action")
            )
            return try await desk.audit(query, for: admin)
        }
        return .json(
            JSON.object { fields in
                fields.field("entries", page.records.map(WireFormat.audit))
                fields.field("next", page.next)
            }
        )
    }
}
