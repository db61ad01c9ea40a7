import Desk
import SocketIO

/// What agents and admins do with canned replies.
struct CannedReplyEvents: Sendable {
    let desk: SocketDesk

    func register(on events: EventRegistry) {
        events.on("canned:list", .readCannedReplies, isLong: true, list)
        events.on("canned:save", .changeCannedReplies, as: .write, save)
        events.on("canned:delete", .changeCannedReplies, as: .write, delete)
    }

    private func list(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let replies = try await desk(for: call.socket).cannedReplies(for: call.principal)
        return { $0.field("replies", replies.map(WireFormat.cannedReply)) }
    }

    private func save(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let reply = try await desk(for: call.socket)
            .saveCannedReply(
                call.payload.optionalString("cannedId").map(CannedReply.ID.init(rawValue:)),
                title: call.payload.string("title"),
                text: call.payload.string("text"),
                by: call.principal
            )
        return { $0.field("reply", WireFormat.cannedReply(reply)) }
    }

    private func delete(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let id = CannedReply.ID(rawValue: try call.payload.string("cannedId"))
        try await desk(for: call.socket).deleteCannedReply(id, by: call.principal)
        return { _ in }
    }
}
