import Synchronization

/// How many sockets have handlers running and how many acks are owed, so that a shutdown can wait for them. Thread-safe.
final class HandlerActivity: Sendable {
    private struct State {
        var running = 0
        var owed = 0
        var isIdle: Bool { self.running == 0 && self.owed == 0 }
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())
    private let isEnding = Atomic(false)

    /// Whether events that come are handled. No longer once the server ends, or it would never be idle.
    var takesEvents: Bool { !self.isEnding.load(ordering: .relaxed) }

    func stopTakingEvents() {
        self.isEnding.store(true, ordering: .relaxed)
    }

    var runningCount: Int { self.state.withLock { $0.running } }

    func begin() {
        self.state.withLock { $0.running += 1 }
    }

    func end() {
        self.change { $0.running -= 1 }
    }

    /// An event waits for its ack.
    func owe() {
        self.state.withLock { $0.owed += 1 }
    }

    /// The ack was sent, or nobody is left who could.
    func settle() {
        self.change { $0.owed -= 1 }
    }

    private func change(_ body: (inout State) -> Void) {
        let finished = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
            body(&state)
            guard state.isIdle, !state.waiting.isEmpty else { return [] }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for waiter in finished { waiter.resume() }
    }

    /// Returns once no handler runs and no ack is owed, or after `timeout`.
    func idle(within timeout: Duration) async {
        let id = self.state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        await withCheckedContinuation { continuation in
            let isIdle = self.state.withLock { state in
                guard !state.isIdle else { return true }
                state.waiting[id] = continuation
                return false
            }
            guard !isIdle else { return continuation.resume() }
            // Only now, so that time cannot be up before there is somebody to tell.
            Task {
                try? await Task.sleep(for: timeout)
                self.state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
            }
        }
    }
}
