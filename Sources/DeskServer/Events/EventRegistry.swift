import Desk
import EngineIO
import NIOCore
import SocketIO

/// Connects event names with what is done about them. The same for every event: the role first, then the
/// limits, then the form of the payload, then the work, then the ack.
final class EventRegistry {
    typealias Fields = @Sendable (inout JSONObjectWriter) -> Void
    typealias Handler = @Sendable (EventCall) async throws(DeskError) -> Fields
    typealias Write = @Sendable (EventCall, @escaping Completion<Fields>) throws(DeskError) -> Void

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
    ///   - isLong: Whether it takes time to make the answer. Default false.
    ///   - handler: Returns what the ack adds to `{"ok":true}`.
    func on(
        _ name: String,
        _ action: Action?,
        as kind: EventKind = .query,
        isLong: Bool = false,
        _ handler: @escaping Handler
    ) {
        let gate = gate(name, action, kind)
        namespace.on(name) { socket, event in
            // What the socket sent before is stored, and a reading handler sees it.
            await socket.data.get(WritesInFlight.self)?.settle()
            await withTaskExecutorPreference(gate.executor(for: event, isLong: isLong)) {
                guard let call = gate.admit(socket, event) else { return }
                do throws(DeskError) {
                    try await gate.chargeShared(call.principal)
                    gate.answer(event, .success(try await handler(call)))
                } catch {
                    gate.answer(event, .failure(error))
                }
            }
        }
    }

    /// For an event that does nothing but one write: nobody waits for the store. The next event of the socket is looked
    /// at meanwhile. What is stored is answered in that order; what is refused before that, at once.
    ///
    /// - Parameter write: Runs on the socket's event loop.
    func onWrite(_ name: String, _ action: Action, _ write: @escaping Write) {
        let gate = gate(name, action, .write)
        let begin: @Sendable (EventCall, Event, WritesInFlight) -> Void = { call, event, writes in
            // Without the arguments, which keep the message they came in.
            let finish: Completion<Fields> = { [ack = event.ack, arrival = event.receivedAt] result in
                gate.answer(ack, since: arrival, result)
                // A handler that waits for it must not overtake the ack, nor what was published before that.
                LoopBatch.afterwards { writes.end() }
            }
            do throws(DeskError) {
                try write(call, finish)
            } catch {
                finish(.failure(error))
            }
        }
        namespace.on(name) { socket, event in
            // Whoever has to ask other nodes has to wait.
            guard !gate.limiter.isShared, gate.executor(for: event) == nil,
                let writes = socket.data.get(WritesInFlight.self), writes.begin()
            else {
                return false
            }
            guard let call = gate.admit(socket, event) else {
                writes.end()
                return true
            }
            begin(call, event, writes)
            return true
        } otherwise: { socket, event in
            await withTaskExecutorPreference(gate.executor(for: event)) {
                guard let call = gate.admit(socket, event), let writes = socket.data.get(WritesInFlight.self) else {
                    return
                }
                do throws(DeskError) {
                    try await gate.chargeShared(call.principal)
                    while !writes.begin() { await writes.settle(to: WritesInFlight.limit / 2) }
                    begin(call, event, writes)
                } catch {
                    gate.answer(event, .failure(error))
                }
            }
        }
    }

    private func gate(_ name: String, _ action: Action?, _ kind: EventKind) -> EventGate {
        names.append(name)
        let outcomes = metrics.outcomes(of: name, isWrite: kind == .write)
        return EventGate(action: action, kind: kind, limiter: limiter, outcomes: outcomes)
    }
}

/// What is the same for every event: who may send it and how often, its form, and how it is answered.
private struct EventGate: Sendable {
    let action: Action?
    let kind: EventKind
    let limiter: RateLimiter
    let outcomes: EventOutcomes

    /// - Returns: Nil if the event was refused, and answered.
    func admit(_ socket: Socket, _ event: Event) -> EventCall? {
        // Middleware lets nobody in without one.
        guard let principal = socket.data.get(Principal.self) else { return nil }
        do throws(DeskError) {
            if let action { try authorize(principal, to: action) }
            try limiter.charge(kind, to: principal, on: socket.sessionID)
        } catch {
            answer(event, .failure(error))
            return nil
        }
        guard let object = event.arguments.first?.object else {
            refuse(event.ack, .notAnObject)
            return nil
        }
        return EventCall(socket: socket, principal: principal, payload: EventPayload(object))
    }

    /// What its handler prefers: nil for ordinary messages and questions, which stay on the socket's event loop.
    ///
    /// - Parameter isLong: Whether it takes time to make the answer.
    func executor(for event: Event, isLong: Bool = false) -> (any TaskExecutor)? {
        isLong ? globalConcurrentExecutor : event.arguments.first?.readingExecutor
    }

    /// What all nodes count together; at once where there is one.
    func chargeShared(_ principal: Principal) async throws(DeskError) {
        if limiter.isShared { try await limiter.chargeShared(kind, to: principal) }
    }

    func answer(_ event: Event, _ result: Result<EventRegistry.Fields, DeskError>) {
        answer(event.ack, since: event.receivedAt, result)
    }

    func answer(_ ack: Ack?, since arrival: NIODeadline, _ result: Result<EventRegistry.Fields, DeskError>) {
        switch result {
        case .success(let fields):
            outcomes.noteSuccess(since: arrival)
            ack?(Self.success(fields))
        case .failure(let error):
            refuse(ack, WireError(error))
        }
    }

    private func refuse(_ ack: Ack?, _ refusal: WireError) {
        outcomes.note(refusal)
        ack?(Self.failure(refusal))
    }

    private static func success(_ fields: EventRegistry.Fields) -> JSON {
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
