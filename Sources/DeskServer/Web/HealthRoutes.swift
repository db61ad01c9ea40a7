import Desk
import Hummingbird
import SocketIO

/// For whoever watches over the server.
struct HealthRoutes: Sendable {
    let desk: Desk

    func add(to router: Router<DeskRequestContext>) {
        // Alive: it answers at all.
        router.get("healthz") { _, _ in Response.json(JSON.object { $0.field("ok", true) }) }
        // Ready: the store can be read, and took the last write. While it does not, it tries by itself.
        router.get("readyz") { _, _ in
            if let trouble = desk.trouble { throw RequestFailure(trouble) }
            do throws(DeskError) {
                _ = try await desk.account(Account.ID(rawValue: ""))
                return Response.json(JSON.object { $0.field("ok", true) })
            } catch {
                throw RequestFailure(error)
            }
        }
    }
}
