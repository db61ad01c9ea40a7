import NIOCore
import Synchronization

/// Gathers the answers to one broadcast until all have come or time is up. Thread-safe.
final class AckCollector: Sendable {
    private struct State {
        var answers: [Answer] = []
        var asked: [Socket] = []
        var settled = 0
        var isComplete = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let onAnswer: @Sendable (Answer) -> Void

    /// - Parameter onAnswer: told of each answer as it comes.
    init(onAnswer: @escaping @Sendable (Answer) -> Void) {
        self.onAnswer = onAnswer
    }

    /// Counts sockets that were asked. Their answers may have come already.
    func expect(_ sockets: [Socket]) {
        self.state.withLock { $0.asked += sockets }
    }

    /// Takes what came from one socket.
    func add(_ result: Result<Answer, AckError>) {
        if case .success(let answer) = result { self.onAnswer(answer) }
        self.resume { state in
            state.settled += 1
            if case .success(let answer) = result { state.answers.append(answer) }
        }
    }

    /// Waits until every socket asked has answered or left, or until `timeout`.
    ///
    /// - Parameter giveUp: called for each socket when time is up; must see to it that ``add(_:)`` gets a failure for
    ///   those that have not answered.
    func answers(within timeout: Duration, giveUp: @escaping @Sendable (Socket) -> Void) async -> BroadcastAnswers {
        let timer = Task {
            try await Task.sleep(for: timeout)
            for socket in self.state.withLock({ $0.asked }) { giveUp(socket) }
        }
        await withCheckedContinuation { continuation in
            self.resume { state in
                state.isComplete = true
                state.waiting = continuation
            }
        }
        timer.cancel()
        return self.state.withLock { BroadcastAnswers(answers: $0.answers, missing: $0.asked.count - $0.answers.count) }
    }

    private func resume(_ change: (inout State) -> Void) {
        let finished = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state)
            guard state.isComplete, state.settled >= state.asked.count else { return nil }
            defer { state.waiting = nil }
            return state.waiting
        }
        finished?.resume()
    }
}
