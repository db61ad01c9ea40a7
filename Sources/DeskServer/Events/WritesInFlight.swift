import Synchronization

/// What one socket has handed to the store and has no answer to yet. Thread-safe.
final class WritesInFlight: Sendable {
    private struct State {
        var count = 0
        var waiting: (limit: Int, continuation: CheckedContinuation<Void, Never>)?
    }

    /// More than these of one socket wait with it, and not in the store's queue, where they would be in everybody's way.
    static let limit = 64

    private let state = Mutex(State())

    /// - Returns: False if there are too many.
    func begin() -> Bool {
        state.withLock { state in
            guard state.count < Self.limit else { return false }
            state.count += 1
            return true
        }
    }

    func end() {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.count -= 1
            guard let waiting = state.waiting, state.count <= waiting.limit else { return nil }
            state.waiting = nil
            return waiting.continuation
        }
        continuation?.resume()
    }

    /// Returns once no more than `limit` are left. A socket's handlers run one after the other, so one at most waits.
    func settle(to limit: Int = 0) async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                guard state.count > limit else { return true }
                state.waiting = (limit, continuation)
                return false
            }
            if isSettled { continuation.resume() }
        }
    }
}
