import EngineIO
import NIOCore
import SocketIO
import Synchronization

/// Questions to other servers, until enough have answered or time is up. Thread-safe.
final class PendingRequests: Sendable {
    /// What came back: values with their attachments.
    struct Found: Sendable {
        var values: [(json: JSON, attachments: [ByteBuffer])] = []
        /// Of a broadcast: how many sockets are to answer, over the servers that have said so.
        var sockets = 0
        var servers = 0
    }

    private struct Request {
        var servers: Int
        /// Whether the answers are those of sockets, of which each server says first how many.
        var asksSockets: Bool
        let waiting: CheckedContinuation<Found, Never>
        var found = Found()

        var isComplete: Bool {
            self.found.servers >= self.servers && (!self.asksSockets || self.found.values.count >= self.found.sockets)
        }
    }

    private let requests = Mutex<[String: Request]>([:])

    /// - Parameters:
    ///   - servers: how many are asked.
    ///   - ask: sends the question, which has the id given.
    func answers(
        of servers: Int,
        fromSockets asksSockets: Bool = false,
        within timeout: Duration,
        _ ask: (_ id: String) -> Void
    ) async -> Found {
        let id = SessionID.random().description
        var timer: Task<Void, any Error>?
        let found = await withCheckedContinuation { continuation in
            self.requests.withLock {
                $0[id] = Request(servers: servers, asksSockets: asksSockets, waiting: continuation)
            }
            ask(id)
            timer = Task {
                try await Task.sleep(for: timeout)
                self.finish(id) { _ in true }
            }
        }
        timer?.cancel()
        return found
    }

    /// One server's answer, or one of its sockets'.
    func add(_ json: JSON, _ attachments: [ByteBuffer], to id: String) {
        self.finish(id) { request in
            request.found.values.append((json, attachments))
            if !request.asksSockets { request.found.servers += 1 }
            return request.isComplete
        }
    }

    /// One server has asked so many of its sockets.
    func expect(_ sockets: Int, for id: String) {
        self.finish(id) { request in
            request.found.servers += 1
            request.found.sockets += max(0, sockets)
            return request.isComplete
        }
    }

    /// Ends the request if `change` says so.
    private func finish(_ id: String, _ change: (inout Request) -> Bool) {
        let done = self.requests.withLock { requests -> Request? in
            guard var request = requests[id] else { return nil }
            let isOver = change(&request)
            requests[id] = isOver ? nil : request
            return isOver ? request : nil
        }
        if let done { done.waiting.resume(returning: done.found) }
    }
}
