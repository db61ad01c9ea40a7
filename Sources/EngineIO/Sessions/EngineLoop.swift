import NIOCore

/// Something of one event loop that collects output until the end of the tick.
protocol Flushable: AnyObject {
    func flushPending()
}

/// What all connections of one event loop share: the sweep over deadlines and one flush per tick.
/// Confined to its event loop.
final class EngineLoop {
    let eventLoop: any EventLoop
    let executor: EventLoopTaskExecutor
    private(set) var connections: [ObjectIdentifier: EngineConnection] = [:]
    private var httpHandlers: [ObjectIdentifier: EngineHTTPHandler] = [:]
    private var isShuttingDown = false
    private var webSockets: [ObjectIdentifier: WebSocketHandler] = [:]
    private var emptied: [EventLoopPromise<Void>] = []
    private var wheel: DeadlineWheel
    private let granularity: TimeAmount
    private var isSweepScheduled = false
    private var dirty: [any Flushable] = []
    private var flushed: [() -> Void] = []
    private var isFlushScheduled = false
    private var isFlushUrgent = false
    /// How often something was sent; it only matters whether that has changed.
    private var sentCount = 0
    /// So often a flush is put off at most.
    private static let maxFlushRounds = 8
    /// Volatile messages that clients of this loop were too slow for.
    var droppedMessages = 0

    /// The loop's time.
    var now: NIODeadline { self.eventLoop.now }

    init(eventLoop: any EventLoop, configuration: EngineConfiguration) {
        self.eventLoop = eventLoop
        self.executor = EventLoopTaskExecutor(eventLoop)
        // A hundredth of the shorter heartbeat time: 2 ms where a test uses 200 ms, 100 ms in production.
        let shortest = min(configuration.pingInterval, configuration.pingTimeout)
        self.granularity = min(max(.init(shortest) / 100, .milliseconds(1)), .milliseconds(100))
        self.wheel = DeadlineWheel(width: self.granularity, at: eventLoop.now)
    }

    func add(_ connection: EngineConnection) {
        self.connections[ObjectIdentifier(connection)] = connection
        self.watch(connection)
    }

    func remove(_ connection: EngineConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
        self.wheel.remove(connection)
    }

    /// A connection was accepted.
    func add(_ handler: EngineHTTPHandler) {
        self.httpHandlers[ObjectIdentifier(handler)] = handler
        if self.isShuttingDown { handler.shutDown() } else { self.watch(handler) }
    }

    /// A connection closed, or is no HTTP any more.
    func remove(_ handler: EngineHTTPHandler) {
        self.httpHandlers[ObjectIdentifier(handler)] = nil
        self.wheel.remove(handler)
    }

    /// A connection of this loop became a WebSocket.
    func add(_ handler: WebSocketHandler) {
        self.webSockets[ObjectIdentifier(handler)] = handler
    }

    /// A WebSocket's connection is closed.
    func remove(_ handler: WebSocketHandler) {
        self.webSockets[ObjectIdentifier(handler)] = nil
        self.wheel.remove(handler)
        guard self.webSockets.isEmpty else { return }
        for promise in self.emptied { promise.succeed() }
        self.emptied = []
    }

    /// Ends every session. The future is kept when no WebSocket is open any more, which their close timeout bounds.
    func shutDown() -> EventLoopFuture<Void> {
        self.isShuttingDown = true
        for connection in self.connections.values { connection.close(.shuttingDown) }
        for handler in self.httpHandlers.values { handler.shutDown() }
        // Those of sessions on other loops too.
        for handler in self.webSockets.values { handler.shutDown() }
        guard !self.webSockets.isEmpty else { return self.eventLoop.makeSucceededVoidFuture() }
        let promise = self.eventLoop.makePromise(of: Void.self)
        self.emptied.append(promise)
        return promise.futureResult
    }

    var census: EngineCensus {
        var census = EngineCensus()
        for connection in self.connections.values { census.sessions[connection.transport, default: 0] += 1 }
        census.droppedMessages = self.droppedMessages
        return census
    }

    /// Looks at `entry` when its deadline has passed. Call again when the deadline has moved forward.
    func watch(_ entry: any Expirable) {
        self.wheel.insert(entry)
        self.scheduleSweep()
    }

    /// Something was sent, or is about to be, which the flush should take along.
    func noteSent() {
        self.sentCount &+= 1
    }

    /// So much waits for one client that the flush must not be put off any more: it counts against the client's bound.
    func hurryFlush() {
        self.isFlushUrgent = true
    }

    /// Has `entry` flushed at the end of this tick. To be asked once.
    func flushSoon(_ entry: any Flushable) {
        self.dirty.append(entry)
        self.scheduleFlush()
    }

    /// Runs `work` behind the flush at the end of this tick.
    func afterFlush(_ work: @escaping () -> Void) {
        self.flushed.append(work)
        self.scheduleFlush()
    }

    private func scheduleFlush() {
        guard !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.flush(unlessSentSince: self.sentCount &- 1, rounds: Self.maxFlushRounds)
    }

    /// Flushes behind what the loop has to do now, and behind what that leads to as long as it leads to more being sent: a
    /// client that enters gets in one write all that its handlers have to say at once.
    private func flush(unlessSentSince count: Int, rounds: Int) {
        self.eventLoop.assumeIsolated()
            .execute {
                if count == self.sentCount || rounds == 0 || self.isFlushUrgent {
                    self.flush()
                } else {
                    self.flush(unlessSentSince: self.sentCount, rounds: rounds - 1)
                }
            }
    }

    private func flush() {
        self.isFlushScheduled = false
        self.isFlushUrgent = false
        let (entries, followers) = (self.dirty, self.flushed)
        self.dirty.removeAll(keepingCapacity: true)
        self.flushed.removeAll(keepingCapacity: true)
        for entry in entries { entry.flushPending() }
        for work in followers { work() }
    }

    private func scheduleSweep() {
        guard !self.isSweepScheduled, self.wheel.count > 0 else { return }
        self.isSweepScheduled = true
        self.eventLoop.assumeIsolated().scheduleTask(in: self.granularity) { self.sweep() }
    }

    private func sweep() {
        self.isSweepScheduled = false
        let now = self.now
        for entry in self.wheel.advance(to: now) {
            if let deadline = entry.deadline, deadline <= now { entry.expire(at: now) }
            self.wheel.insert(entry)
        }
        self.scheduleSweep()
    }
}

extension TimeAmount {
    static func / (amount: TimeAmount, divisor: Int64) -> TimeAmount {
        .nanoseconds(amount.nanoseconds / divisor)
    }
}
