import Desk
import Hummingbird
import SocketIO

/// For whoever watches over the server.
struct HealthRoutes: Sendable {
    let desk: Desk
    let cluster: (any Cluster)?

    func add(to router: Router<DeskRequestContext>) {
        // Alive: it answers at all.
        router.get("healthz") { _, _ in Response.json(JSON.object { $0.field("ok", true) }) }
        // Ready: the store can be read, and took the last write. While it does not, it tries by itself. A node that cannot
        // reach the others serves its own sockets and stays ready: else the loss of Redis would be that of all nodes.
        router.get("readyz") { _, _ in
            if let trouble = desk.trouble { throw RequestFailure(trouble) }
            do throws(DeskError) {
                _ = try await desk.account(Account.ID(rawValue: ""))
                return Response.json(
                    JSON.object { fields in
                        fields.field("ok", true)
                        fields.field("cluster", cluster?.isReachable)
                    }
                )
            } catch {
                throw RequestFailure(error)
            }
        }
    }
}
