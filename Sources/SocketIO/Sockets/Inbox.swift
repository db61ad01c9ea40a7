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
        var isDraining = false
    }

    private let state = Mutex(State())
    private let room: InboxRoom

    init(room: InboxRoom) {
        self.room = room
    }

    /// Adds an item. `drain` is called once if nobody drains yet; it must see to it that ``next()`` is called until
    /// that returns nothing.
    ///
    /// - Returns: false if the event found no room.
    func add(_ item: Item, drain: () -> Void) -> Bool {
        guard self.room.take(item.size) else { return false }
        let mustDrain = self.state.withLock { state in
            state.items.append(item)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if mustDrain { drain() }
        return true
    }

    /// Everything that waits; empty once there is nothing, and then the caller must stop draining. Each item takes up
    /// room until ``handled(_:)``.
    func next() -> [Item] {
        self.state.withLock { state in
            let items = state.items
            state.items = []
            state.isDraining = !items.isEmpty
            return items
        }
    }

    /// The handlers are done with an item.
    func handled(_ item: Item) {
        self.room.giveBack(item.size)
    }
}

extension Inbox.Item {
    /// What the item takes of the bound: an event's bytes and what an empty one costs in memory, so that a flood of tiny
    /// ones has a bound too.
    fileprivate var size: Int {
        if case .event(let event) = self { event.size + 256 } else { 0 }
    }
}

/// The bound on what one connection keeps: what waits for handlers, over all its sockets, and what the sockets
/// themselves were opened with. Thread-safe.
final class InboxRoom: Sendable {
    private let free: Atomic<Int>

    init(bytes: Int) {
        self.free = Atomic(bytes)
    }

    /// Takes room for as long as the value returned lives; nil if there is not that much left.
    func hold(_ bytes: Int) -> Held? {
        self.take(bytes) ? Held(room: self, bytes: bytes) : nil
    }

    /// Room that is given back with the last reference.
    final class Held: Sendable {
        private let room: InboxRoom
        private let bytes: Int

        fileprivate init(room: InboxRoom, bytes: Int) {
            self.room = room
            self.bytes = bytes
        }

        deinit { self.room.giveBack(self.bytes) }
    }

    /// - Returns: false if there is not that much room left.
    fileprivate func take(_ bytes: Int) -> Bool {
        guard bytes > 0 else { return true }
        if self.free.wrappingSubtract(bytes, ordering: .relaxed).newValue >= 0 { return true }
        self.giveBack(bytes)
        return false
    }

    fileprivate func giveBack(_ bytes: Int) {
        self.free.wrappingAdd(bytes, ordering: .relaxed)
    }
}
