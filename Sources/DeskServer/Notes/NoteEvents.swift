import Desk
import SocketIO

/// What agents write to each other, and who of them is looking.
struct NoteEvents: Sendable {
    let desk: SocketDesk
    let viewing: ViewingDesk

    func register(on events: EventRegistry) {
        events.on("note:add", .writeNote, as: .write, add)
        events.on("note:list", .readNotes, list)
        events.on("ticket:viewing", .readNotes, as: .signal, view)
    }

    private func add(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let note = try await desk(for: call.socket)
            .addNote(
                call.payload.string("text"),
                to: call.payload.ticketID,
                clientID: call.payload.clientID,
                by: call.principal
            )
        return { $0.field("note", WireFormat.note(note)) }
    }

    private func list(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let page = try await desk(for: call.socket)
            .notes(
                of: call.payload.ticketID,
                after: call.payload.optionalInt("afterNoteSeq") ?? 0,
                for: call.principal
            )
        return { fields in
            fields.field("notes", page.notes.map(WireFormat.note))
            fields.field("hasMore", page.hasMore)
        }
    }

    private func view(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let id = try call.payload.ticketID
        guard let state = ViewingBoard.State(rawValue: try call.payload.string("state")) else {
            throw .invalid(field: "state")
        }
        // Whoever is in the ticket's room was let in there.
        if await !call.socket.rooms().contains(Rooms.ticketAgents(id)) {
            _ = try await desk(for: call.socket).ticket(id, for: call.principal)
        }
        viewing.view(id, state, by: call.principal, on: call.socket)
        return { _ in }
    }
}
