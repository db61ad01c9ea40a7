import Metrics
import NIOCore
import SocketIO

/// What a server measures of itself. Thread-safe; nothing here waits.
package final class DeskMetrics: Sendable {
    private static let help = [
        "martlet_connections": "Open sessions by transport.",
        "martlet_rooms": "Rooms with sockets in them.",
        "martlet_events_total": "Events of clients by name and result.",
        "martlet_send_to_commit_seconds": "From the arrival of an event that is stored until it was.",
        "martlet_commit_to_write_seconds": "From the commit of a message until it was written to its readers.",
        "martlet_queue_depth": "What waits: writes for a transaction, sockets for their handlers.",
        "martlet_dropped_messages_total": "Messages that may be dropped, and were: the client did not keep up.",
        "martlet_disconnects_total": "Sockets that left by reason. buffer overflow: the client did not keep up.",
        "martlet_store_batch_size": "Writes in a transaction.",
        "martlet_store_commit_seconds": "From the begin of a transaction until it is on disk.",
        "martlet_event_loop_lag_seconds": "How long event loops let work wait, looked at once a second.",
        "process_resident_memory_bytes": "Memory in use.",
        "process_cpu_seconds_total": "CPU time used, of the system included.",
    ]
    /// How sockets leave, as far as it is told apart.
    private static let reasons = [
        "transport close", "transport error", "ping timeout", "parse error", "forced server close",
        "server shutting down", "buffer overflow", "client namespace disconnect", "server namespace disconnect",
    ]

    let registry = MetricsRegistry(help: DeskMetrics.help)
    private let sendToCommit: Metrics.Timer
    private let commitToWrite: Metrics.Timer
    private let batchSize: Recorder
    private let commitTime: Metrics.Timer
    private let loopLag: Metrics.Timer
    private let disconnects: [String: Counter]
    private let otherDisconnects: Counter

    package init() {
        let registry = registry
        sendToCommit = Metrics.Timer(label: "martlet_send_to_commit_seconds", factory: registry)
        commitToWrite = Metrics.Timer(label: "martlet_commit_to_write_seconds", factory: registry)
        batchSize = Recorder(label: "martlet_store_batch_size", factory: registry)
        commitTime = Metrics.Timer(label: "martlet_store_commit_seconds", factory: registry)
        loopLag = Metrics.Timer(label: "martlet_event_loop_lag_seconds", factory: registry)
        let disconnects = { (reason: String) in
            Counter(label: "martlet_disconnects_total", dimensions: [("reason", reason)], factory: registry)
        }
        self.disconnects = Dictionary(uniqueKeysWithValues: Self.reasons.map { ($0, disconnects($0)) })
        otherDisconnects = disconnects("other")
    }

    /// A store has committed a transaction.
    @Sendable package func noteCommit(_ writes: Int, _ time: Duration) {
        batchSize.record(writes)
        commitTime.recordNanoseconds(Int64(time / .nanoseconds(1)))
    }

    /// A broadcast was written to the connections of a loop.
    @Sendable func noteBroadcast(_ event: String, _ time: TimeAmount) {
        if event == "chat:message" { commitToWrite.recordNanoseconds(time.nanoseconds) }
    }

    func noteDisconnect(_ reason: DisconnectReason) {
        (disconnects[reason.description] ?? otherDisconnects).increment()
    }

    func noteLag(_ time: TimeAmount) {
        loopLag.recordNanoseconds(time.nanoseconds)
    }

    /// - Parameter isWrite: Whether its success means that something was stored.
    func outcomes(of event: String, isWrite: Bool) -> EventOutcomes {
        EventOutcomes(of: event, in: registry, sendToCommit: isWrite ? sendToCommit : nil)
    }
}

/// How the events of one name end.
struct EventOutcomes: Sendable {
    /// Every code of ``WireError`` that an event can be answered with.
    private static let codes = [
        "invalid", "unauthorized", "forbidden", "not_found", "closed", "conflict", "rate_limited", "too_large",
        "unavailable",
    ]

    private let success: Counter
    private let refusals: [String: Counter]
    private let sendToCommit: Metrics.Timer?

    init(of event: String, in registry: MetricsRegistry, sendToCommit: Metrics.Timer?) {
        let counter = { (result: String) in
            Counter(
                label: "martlet_events_total",
                dimensions: [("event", event), ("result", result)],
                factory: registry
            )
        }
        success = counter("ok")
        refusals = Dictionary(uniqueKeysWithValues: Self.codes.map { ($0, counter($0)) })
        self.sendToCommit = sendToCommit
    }

    func noteSuccess(since arrival: NIODeadline) {
        success.increment()
        sendToCommit?.recordNanoseconds((NIODeadline.now() - arrival).nanoseconds)
    }

    func note(_ refusal: WireError) {
        refusals[refusal.code]?.increment()
    }
}
