import NIOCore
import NIOHTTP1

/// Where an HTTP connection stands with its current request: whose it is, what of it has come, when it must be done.
/// Decides; ``EngineHTTPHandler`` does. Requests come one at a time, except that a client may send on after its last one.
struct HTTPConnectionState {
    struct Timing {
        var request: TimeAmount
        var keepAlive: TimeAmount
        var shutdown: TimeAmount
    }

    /// What becomes of a part of a request.
    enum Action: Equatable {
        /// It is the fallback's.
        case forward
        /// It is ours; keep it.
        case collect
        /// It is ours and complete.
        case dispatch
        /// Answer now and read the rest away, so that the client gets to read the answer.
        case refuse(RequestError)
        /// The connection is over.
        case close
        case ignore
    }

    private enum Phase {
        case idle
        /// The fallback has it; `isReading`: its body is still coming.
        case forwarding(isReading: Bool)
        case collecting(HTTPRequestHead, bytes: Int)
        case answering(Exchange, HTTPRequestHead)
        /// Answered before its end.
        case draining
        /// Nothing more is read: the last answer was given, or the connection is no HTTP any more.
        case ended
    }

    private var phase = Phase.idle
    private let timing: Timing
    private let maxBody: Int
    private var isShuttingDown = false
    /// The answer to the current request must be the connection's last.
    private(set) var isLast = false
    /// When ``expire(isWritable:at:)`` must run; nil while an application works on the answer, or nothing is left to do.
    private(set) var deadline: NIODeadline?

    init(timing: Timing, maxBody: Int, at now: NIODeadline) {
        self.timing = timing
        self.maxBody = maxBody
        self.deadline = now + timing.request
    }

    /// The request that waits for an answer from a session.
    var answering: (exchange: Exchange, head: HTTPRequestHead)? {
        if case .answering(let exchange, let head) = self.phase { (exchange, head) } else { nil }
    }

    var isForwarding: Bool {
        if case .forwarding = self.phase { true } else { false }
    }

    /// Whether no request has begun.
    var isIdle: Bool {
        if case .idle = self.phase { true } else { false }
    }

    /// Whether nothing follows what was answered.
    var isEnded: Bool {
        if case .ended = self.phase { true } else { false }
    }

    // MARK: - What comes in

    /// - Parameter isLast: the client, or the kind of request, allows no other after this one.
    mutating func head(_ head: HTTPRequestHead, isOurs: Bool, isLast: Bool, at now: NIODeadline) -> Action {
        guard self.isIdle else { return .ignore }
        self.isLast = isLast || self.isShuttingDown
        self.setDeadline(now + self.timing.request)
        guard isOurs else {
            self.phase = .forwarding(isReading: true)
            return .forward
        }
        self.phase = .collecting(head, bytes: 0)
        if let length = head.headers.first(name: "content-length").flatMap(Int.init), length > self.maxBody {
            return self.refuse(.payloadTooLarge)
        }
        return .collect
    }

    mutating func body(_ count: Int) -> Action {
        switch self.phase {
        case .forwarding:
            return .forward
        case .collecting(let head, let bytes):
            guard count <= self.maxBody - bytes else { return self.refuse(.payloadTooLarge) }
            self.phase = .collecting(head, bytes: bytes + count)
            return .collect
        case .idle, .answering, .draining, .ended:
            return .ignore
        }
    }

    /// - Parameter exchange: will stand for the request if it is ours.
    mutating func end(_ exchange: @autoclosure () -> Exchange, at now: NIODeadline) -> Action {
        switch self.phase {
        case .forwarding:
            self.phase = .forwarding(isReading: false)
            self.setDeadline(now + self.timing.request)
            return .forward
        case .collecting(let head, _):
            self.phase = .answering(exchange(), head)
            self.deadline = nil
            return .dispatch
        case .draining:
            self.phase = .ended
            return .close
        case .idle, .answering, .ended:
            return .ignore
        }
    }

    private mutating func refuse(_ error: RequestError) -> Action {
        self.phase = .draining
        self.isLast = true
        return .refuse(error)
    }

    // MARK: - What goes out

    /// The next answer closes the connection.
    mutating func makeLast() {
        self.isLast = true
    }

    /// The answer to the current request is complete.
    mutating func answered(at now: NIODeadline) {
        // One that is refused unread is drained first.
        if case .draining = self.phase { return }
        self.phase = self.isLast ? .ended : .idle
        self.setDeadline(now + self.timing.keepAlive)
    }

    /// The client took some of an answer.
    mutating func progressed(at now: NIODeadline) {
        if case .forwarding(isReading: false) = self.phase { self.setDeadline(now + self.timing.request) }
    }

    // MARK: - The end

    /// Nothing more is read as HTTP.
    mutating func stop() {
        self.phase = .ended
        self.deadline = nil
    }

    /// No request is begun any more, and the current one has little time.
    mutating func shutDown(at now: NIODeadline) {
        self.isShuttingDown = true
        self.isLast = true
        self.deadline = min(self.deadline ?? .distantFuture, now + self.timing.shutdown)
    }

    /// - Parameter isWritable: whether the client takes what is sent.
    /// - Returns: whether the connection must be closed.
    mutating func expire(isWritable: Bool, at now: NIODeadline) -> Bool {
        // An application may take its time; a client that takes nothing may not.
        if case .forwarding(isReading: false) = self.phase, isWritable, !self.isShuttingDown {
            self.setDeadline(now + self.timing.request)
            return false
        }
        self.stop()
        return true
    }

    /// A shutdown's deadline stays as it is.
    private mutating func setDeadline(_ deadline: NIODeadline) {
        self.deadline = self.isShuttingDown ? min(self.deadline ?? deadline, deadline) : deadline
    }
}
