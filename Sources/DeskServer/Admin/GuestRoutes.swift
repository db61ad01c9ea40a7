import Desk
import HTTPTypes
import Hummingbird
import NIOCore
import SocketIO

/// What people may ask about their own data, done by admins.
struct GuestRoutes: Sendable {
    let desk: Desk
    let authenticator: Authenticator

    func add(to router: Router<DeskRequestContext>) {
        router.get("admin/api/guests/:id/export") { request, context in try await export(request, context) }
        router.delete("admin/api/guests/:id") { request, context in try await erase(request, context) }
    }

    /// Sent page by page as the client takes it, so that no guest has too much for the memory. If the store fails
    /// halfway, the answer breaks off without its end.
    private func export(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let admin = try await admin(request)
        let id = try Self.id(context)
        let data = try await answering { () throws(DeskError) in try await desk.export(id, by: admin) }
        let name = id.rawValue.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        let headers: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-store",
            .contentDisposition: "attachment; filename=\"martlet-guest-\(name).json\"",
        ]
        let body = ResponseBody { writer in
            var export = GuestExport(data)
            while let piece = try await export.next() { try await writer.write(ByteBuffer(string: piece)) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private func erase(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let admin = try await admin(request)
        let id = try Self.id(context)
        let erasure = try await answering { () throws(DeskError) in try await desk.erase(id, by: admin) }
        return .json(
            JSON.object { fields in
                fields.field("tickets", erasure.tickets)
                fields.field("messages", erasure.messages)
            }
        )
    }

    private static func id(_ context: DeskRequestContext) throws -> Guest.ID {
        Guest.ID(rawValue: try context.parameters.require("id"))
    }

    private func admin(_ request: Request) async throws(RequestFailure) -> Principal {
        try await authenticator.principal(of: request, allowedTo: .manageGuestData)
    }
}
