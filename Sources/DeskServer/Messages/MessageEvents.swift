import Desk
import SocketIO

/// What clients do with messages.
struct MessageEvents: Sendable {
    let desk: SocketDesk

    func register(on events: EventRegistry) {
        events.onWrite("chat:message", .postMessage, post)
        events.on("chat:history", .readTicket, history)
        events.on("chat:typing", .sendTyping, as: .signal, typing)
        events.on("chat:read", .markRead, as: .signal, read)
    }

    private func post(
        _ call: EventCall,
        _ completion: @escaping Completion<EventRegistry.Fields>
    ) throws(DeskError) {
        try desk(for: call.socket)
            .postMessage(
                call.payload.string("text"),
                to: call.payload.ticketID,
                clientID: call.payload.clientID,
                by: call.principal
            ) { [publisher = desk.publisher] result in
                completion(
                    result.map { message in
                        let json = publisher.json(of: message)
                        return { $0.field("message", json) }
                    }
                )
            }
    }

    private func history(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let range = try HistoryRange(
            afterSeq: call.payload.optionalInt("afterSeq"),
            beforeSeq: call.payload.optionalInt("beforeSeq"),
            limit: call.payload.optionalInt("limit") ?? HistoryRange.defaultLimit
        )
        let history = try await desk(for: call.socket).history(of: call.payload.ticketID, range, for: call.principal)
        return { WireFormat.write(history, for: call.principal.role, to: &$0) }
    }

    /// Not stored, and cheap where it is frequent: whoever is in the ticket's room was let in there.
    private func typing(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let id = try call.payload.ticketID
        let isTyping = try call.payload.bool("typing")
        if await !call.socket.rooms().contains(Rooms.ticket(id)) {
            _ = try await desk(for: call.socket).ticket(id, for: call.principal)
        }
        call.socket.to(Rooms.ticket(id))
            .emit("chat:typing", WireFormat.typing(isTyping, in: id, by: call.principal.author))
        return { _ in }
    }

    private func read(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        try await desk(for: call.socket)
            .markRead(
                call.payload.ticketID,
                seq: call.payload.int("seq"),
                by: call.principal
            )
        return { _ in }
    }
}
