import EngineIO
import NIOCore
import SocketIO
import Synchronization

/// Questions to other servers, until all that were asked have answered or time is up. Thread-safe.
///
/// Redis says how many servers heard a question. The asking one may be among them; then it hears its own question.
final class PendingRequests: Sendable {
    /// What came back: values with their attachments.
    struct Found: Sendable {
        var values: [(json: JSON, attachments: [ByteBuffer])] = []
        /// How many other servers were asked.
        var servers = 0
        /// Of a broadcast: how many sockets are to answer, over the servers that have said so.
        var sockets = 0
    }

    private struct Request {
        /// What one server has said.
        private struct Answerer {
            /// Of a broadcast: how many sockets it has asked, once it has said so.
            var sockets: Int?
            var values = 0

            var isDone: Bool { self.sockets.map { self.values >= $0 } ?? false }
        }

        /// Nobody has more; sums of it stay in bounds.
        private static let mostSockets = 1 << 31

        /// Whether the answers are those of sockets, of which each server says first how many.
        let asksSockets: Bool
        let waiting: CheckedContinuation<Found, Never>
        /// How many servers heard the question; nil until Redis has said it.
        var heard: Int?
        var hasHeardItself = false
        private var answerers: [String: Answerer] = [:]
        private var values: [(json: JSON, attachments: [ByteBuffer])] = []

        init(asksSockets: Bool, waiting: CheckedContinuation<Found, Never>) {
            self.asksSockets = asksSockets
            self.waiting = waiting
        }

        private var others: Int? { self.heard.map { max(0, $0 - (self.hasHeardItself ? 1 : 0)) } }

        var isComplete: Bool {
            guard let heard = self.heard else { return false }
            let done = self.answerers.values.count(where: \.isDone) + (self.hasHeardItself ? 1 : 0)
            return done >= heard
        }

        var found: Found {
            let sockets = self.answerers.values.reduce(0) { $0 + ($1.sockets ?? 0) }
            return Found(values: self.values, servers: self.others ?? 0, sockets: sockets)
        }

        /// What a server says beyond what it has to say is left out.
        mutating func add(_ json: JSON, _ attachments: [ByteBuffer], from server: String) {
            var answerer = self.answerers[server] ?? Answerer(sockets: self.asksSockets ? nil : 1)
            guard !answerer.isDone else { return }
            answerer.values += 1
            self.answerers[server] = answerer
            self.values.append((json, attachments))
        }

        mutating func expect(_ sockets: Int, from server: String) {
            guard self.asksSockets, self.answerers[server]?.sockets == nil else { return }
            self.answerers[server, default: Answerer()].sockets = min(max(0, sockets), Self.mostSockets)
        }
    }

    private let requests = Mutex<[String: Request]>([:])

    /// - Parameter ask: sends the question, which has the id given; whoever knows says then by ``expect(servers:for:)`` how
    ///   many servers heard it.
    func answers(
        fromSockets asksSockets: Bool = false,
        within timeout: Duration,
        _ ask: (_ id: String) -> Void
    ) async -> Found {
        let id = SessionID.random().description
        var timer: Task<Void, any Error>?
        let found = await withCheckedContinuation { continuation in
            self.requests.withLock { $0[id] = Request(asksSockets: asksSockets, waiting: continuation) }
            ask(id)
            timer = Task {
                try await Task.sleep(for: timeout)
                self.change(id, isOver: true) { _ in }
            }
        }
        timer?.cancel()
        return found
    }

    /// So many servers heard the question.
    func expect(servers: Int, for id: String) {
        self.change(id) { $0.heard = max(0, servers) }
    }

    /// The asking server heard its own question.
    func hearItself(_ id: String) {
        self.change(id) { $0.hasHeardItself = true }
    }

    /// One server's answer, or one of its sockets'.
    func add(_ json: JSON, _ attachments: [ByteBuffer], from server: String, to id: String) {
        self.change(id) { $0.add(json, attachments, from: server) }
    }

    /// One server has asked so many of its sockets.
    func expect(sockets: Int, from server: String, for id: String) {
        self.change(id) { $0.expect(sockets, from: server) }
    }

    private func change(_ id: String, isOver: Bool = false, _ change: (inout Request) -> Void) {
        let done = self.requests.withLock { requests -> Request? in
            // Whatever is not asked, or not any more, is nobody's.
            guard var request = requests.removeValue(forKey: id) else { return nil }
            change(&request)
            if isOver || request.isComplete { return request }
            requests[id] = request
            return nil
        }
        if let done { done.waiting.resume(returning: done.found) }
    }
}
