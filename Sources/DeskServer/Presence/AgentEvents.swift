import Desk
import SocketIO

/// What agents hear and say of one another.
struct AgentEvents: Sendable {
    let desk: SocketDesk
    let presence: PresenceDesk

    func register(on events: EventRegistry) {
        events.on("agent:list", .listAgents, list)
        events.on("presence:set", .setPresence, as: .write, setPresence)
    }

    private func list(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let agents = try await desk(for: call.socket).colleagues(for: call.principal)
            .map { WireFormat.colleague($0, presence.status(of: $0.id.rawValue)) }
        return { $0.field("agents", agents) }
    }

    /// With `automatic` it is the page that says so: it has not been touched for a while, or has been again.
    private func setPresence(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let isAway =
            switch PresenceBoard.Status(rawValue: try call.payload.string("status")) {
            case .online: false
            case .away: true
            case .offline, nil: throw .invalid(field: "status")
            }
        let isByHand = try call.payload.optionalBool("automatic") != true
        let status = presence.set(isAway: isAway, isByHand: isByHand, by: call.principal, on: call.socket.id)
        return { $0.field("status", status.rawValue) }
    }
}
