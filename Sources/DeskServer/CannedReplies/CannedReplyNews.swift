import Desk
import Logging
import SocketIO
import Synchronization

/// Tells the agents of this node which canned replies there are, whenever they change on any node: as the store has them,
/// since news of several nodes may come in another order than the changes. Thread-safe.
final class CannedReplyNews: Sendable {
    private static let event = "canned:changed"

    private struct State {
        var isStale = false
        var isReading = false
    }

    private let namespace: Namespace
    private let store: any DeskStore
    private let logger: Logger
    private let state = Mutex(State())

    init(namespace: Namespace, store: any DeskStore, logger: Logger) {
        self.namespace = namespace
        self.store = store
        self.logger = logger
        namespace.onServerSide(Self.event) { [weak self] _ in
            self?.change()
            return []
        }
    }

    /// They have changed by this node's doing.
    func tell() {
        change()
        namespace.serverSideEmit(Self.event)
    }

    /// A look that fails is made up for by the next, which the steady beat takes.
    func look() async {
        while begin() {
            do {
                let replies = try await store.sortedCannedReplies()
                namespace.to(Rooms.agents).local.emit("canned:updated", WireFormat.cannedReplies(replies))
                state.withLock { $0.isReading = false }
            } catch {
                state.withLock { $0 = State(isStale: true) }
                logger.warning("Reading the canned replies failed", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    private func change() {
        state.withLock { $0.isStale = true }
        Task { await look() }
    }

    /// One look at a time, so that the last one is the last that agents hear of.
    private func begin() -> Bool {
        state.withLock { state in
            guard state.isStale, !state.isReading else { return false }
            state = State(isReading: true)
            return true
        }
    }
}
