import Desk
import SocketIO

/// Connects event names with what is done about them. The same for every event: the role first, then the
/// limits, then the form of the payload, then the work, then the ack.
final class EventRegistry {
    typealias Fields = (inout JSONObjectWriter) -> Void
    typealias Handler = @Sendable (EventCall) async throws(DeskError) -> Fields

    private let namespace: Namespace
    private let limiter: RateLimiter
    private let metrics: DeskMetrics
    /// Every event that was registered.
    private(set) var names: [String] = []

    init(namespace: Namespace, limiter: RateLimiter, metrics: DeskMetrics) {
        self.namespace = namespace
        self.limiter = limiter
        self.metrics = metrics
    }

    /// - Parameters:
    ///   - action: What the role must allow; nil for events of everybody.
    ///   - kind: By which limit it is counted.
    ///   - handler: Returns what the ack adds to `{"ok":true}`.
    func on(_ name: String, _ action: Action?, as kind: EventKind = .query, _ handler: @escaping Handler) {
        names.append(name)
        let outcomes = metrics.outcomes(of: name, isWrite: kind == .write)
        namespace.on(name) { [limiter] socket, event in
            // Middleware lets nobody in without one.
            guard let principal = socket.data.get(Principal.self) else { return }
            do throws(DeskError) {
                if let action { try authorize(principal, to: action) }
                try limiter.charge(kind, to: principal, on: socket.sessionID)
                guard let object = event.arguments.first?.object else {
                    outcomes.note(.notAnObject)
                    event.ack?(Self.failure(.notAnObject))
                    return
                }
                let call = EventCall(socket: socket, principal: principal, payload: EventPayload(object))
                let fields = try await handler(call)
                outcomes.noteSuccess(since: event.receivedAt)
                event.ack?(Self.success(fields))
            } catch {
                let refusal = WireError(error)
                outcomes.note(refusal)
                event.ack?(Self.failure(refusal))
            }
        }
    }

    private static func success(_ fields: Fields) -> JSON {
        JSON.object { writer in
            writer.field("ok", true)
            fields(&writer)
        }
    }

    private static func failure(_ error: WireError) -> JSON {
        JSON.object { writer in
            writer.field("ok", false)
            writer.field("error", error.json)
        }
    }
}
