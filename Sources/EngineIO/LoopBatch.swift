package import NIOCore
import NIOPosix

/// Collects what one thread has for event loops, and hands it over at once: one wake-up for each loop instead of one for
/// each message, and on a busy machine one write to each connection.
///
/// ```swift
/// LoopBatch.collect {
///     for (room, text) in [("a", "one"), ("b", "two")] { chat.to(room).emit("message", JSON(text)) }
/// }
/// ```
public enum LoopBatch {
    /// Work by loop, in order, and what follows it. Confined to the thread that collects.
    private final class Collection {
        var loops: [(loop: any EventLoop, work: [@Sendable () -> Void])] = []
        var afterwards: [() -> Void] = []

        func handOver() {
            for (loop, work) in self.loops {
                loop.execute { for item in work { item() } }
            }
            self.loops = []
        }
    }

    // Safe: every thread has its own.
    private nonisolated(unsafe) static let current = ThreadSpecificVariable<Collection>()

    /// Runs `body` and then hands over what it sent from this thread: through handles, sockets or broadcasts. What it
    /// sent arrives in that order. Inside of another call it is a part of that one.
    ///
    /// - Parameter body: must not suspend, which the compiler sees to.
    public static func collect(_ body: () -> Void) {
        guard self.current.currentValue == nil else { return body() }
        let collection = Collection()
        self.current.currentValue = collection
        body()
        self.current.currentValue = nil
        collection.handOver()
        for work in collection.afterwards { work() }
    }

    /// Hands over what this thread has collected so far. For who sends under a lock, so that nobody who gets the lock next
    /// can overtake it.
    package static func handOver() {
        self.current.currentValue?.handOver()
    }

    /// Whether this thread collects.
    static var isCollecting: Bool { self.current.currentValue != nil }

    /// Runs `work` on this thread once what it collects is handed over, or now if it collects nothing. So what others
    /// send because of it comes behind.
    package static func afterwards(_ work: @escaping () -> Void) {
        guard let collection = self.current.currentValue else { return work() }
        collection.afterwards.append(work)
    }

    /// Runs `work` on the loop in one of its next turns: handed over now, or with the rest of what this thread collects.
    package static func execute(on loop: any EventLoop, _ work: @escaping @Sendable () -> Void) {
        guard let collection = self.current.currentValue else { return loop.execute(work) }
        if let index = collection.loops.firstIndex(where: { $0.loop === loop }) {
            collection.loops[index].work.append(work)
        } else {
            collection.loops.append((loop, [work]))
        }
    }
}
