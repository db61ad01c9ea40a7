import Synchronization

/// What waits for a socket's handlers, in order. One task drains it and lives only while there is something to drain:
/// a task per message would lose the order and cost more than the message.
final class Inbox: Sendable {
    enum Item: Sendable {
        case connected
        case event(Event)
        case left(DisconnectReason, Set<Room>)
    }

    private struct State {
        var items: [Item] = []
        var bytes = 0
        var isDraining = false
    }

    private let state = Mutex(State())
    private let maxBytes: Int

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    /// Adds an item. `drain` is called once if nobody drains yet; it must see to it that ``next()`` is called until
    /// that returns nothing.
    ///
    /// - Returns: false if the event found no room.
    func add(_ item: Item, drain: () -> Void) -> Bool {
        // Counted with what an empty event costs in memory, so that a flood of tiny ones has a bound too.
        let size = if case .event(let event) = item { event.size + 256 } else { 0 }
        let (isTaken, mustDrain) = self.state.withLock { state in
            guard size == 0 || state.bytes + size <= self.maxBytes else { return (false, false) }
            state.bytes += size
            state.items.append(item)
            defer { state.isDraining = true }
            return (true, !state.isDraining)
        }
        if mustDrain { drain() }
        return isTaken
    }

    /// Everything that waits; empty once there is nothing, and then the caller must stop draining.
    func next() -> [Item] {
        self.state.withLock { state in
            let items = state.items
            state.items = []
            state.bytes = 0
            state.isDraining = !items.isEmpty
            return items
        }
    }
}
