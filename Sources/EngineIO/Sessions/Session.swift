import NIOCore

/// The state of one Engine.IO session: which transport carries it, where its heartbeat stands, whether an upgrade is
/// under way. Decides and returns what must happen; ``EngineConnection`` does it (engine.io-protocol 4).
struct Session {
    /// What the shell must do.
    enum Action: Equatable {
        case none
        /// Hand the message to the application.
        case deliver
        /// Queue a ping for the client.
        case ping
        /// Answer the probing WebSocket with `3probe` and end a pending poll with `6`.
        case answerProbe
        /// The probing WebSocket carries the session from now on.
        case completeUpgrade
        /// Close the probing WebSocket; polling goes on.
        case abandonUpgrade
        /// End the poll that waits during an upgrade with `6`, so that the client can go on with the upgrade.
        case endPoll
        /// The session is over.
        case close(CloseReason)
        /// The session is over; the pending poll, or the next one, gets its last answer.
        case linger(CloseReason)
        /// Nothing is left to be answered: drop the session id.
        case forget
    }

    /// What becomes of a GET.
    enum PollDecision: Equatable {
        /// Answer at once if something waits, otherwise keep it.
        case serve
        /// The session has lingered for this: give it its last answer and forget it.
        case farewell
        /// Another GET is pending: end that one with `1`, refuse this one, close the session.
        case conflict
        /// The session is not (or no longer) on polling.
        case refuse
    }

    struct Timing {
        var pingInterval: TimeAmount
        var pingTimeout: TimeAmount
        var upgradeTimeout: TimeAmount

        /// How long a poll may wait while a WebSocket is being probed.
        static let pollDuringUpgrade = TimeAmount.milliseconds(100)
        /// How long a closed session keeps its last answer for a GET.
        static let linger = TimeAmount.seconds(5)
    }

    private enum Phase: Equatable {
        case polling
        /// A WebSocket is attached. `deadline`: when `5` must have come.
        case probing(deadline: NIODeadline)
        /// The probe was answered.
        case upgrading(deadline: NIODeadline)
        case webSocket
        /// Closed; kept for the last answer that a GET may still fetch.
        case lingering(until: NIODeadline)
        case closed
    }

    private enum Heartbeat: Equatable {
        case pingDue(NIODeadline)
        case pongDue(NIODeadline)
    }

    private var phase: Phase
    private var heartbeat: Heartbeat
    private var pollMustEnd: NIODeadline?
    private let timing: Timing

    init(transport: Transport, timing: Timing, at now: NIODeadline) {
        self.phase = transport == .polling ? .polling : .webSocket
        self.heartbeat = .pingDue(now + timing.pingInterval)
        self.timing = timing
    }

    /// The transport that requests must name.
    var transport: Transport { self.phase == .webSocket ? .webSocket : .polling }

    var isOpen: Bool {
        switch self.phase {
        case .lingering, .closed: false
        default: true
        }
    }

    /// Whether messages must stay queued because the client is changing its transport.
    var holdsMessages: Bool {
        if case .upgrading = self.phase { true } else { false }
    }

    /// When ``tick(at:)`` must run next; nil once the session is closed.
    var deadline: NIODeadline? {
        var next: NIODeadline
        switch self.heartbeat {
        case .pingDue(let due), .pongDue(let due): next = due
        }
        switch self.phase {
        case .closed: return nil
        case .lingering(let until): return until
        case .probing(let due), .upgrading(let due): next = min(next, due)
        case .polling, .webSocket: break
        }
        return self.pollMustEnd.map { min(next, $0) } ?? next
    }

    /// A GET arrived.
    mutating func poll(isAnotherPending: Bool, at now: NIODeadline) -> PollDecision {
        switch self.phase {
        case .lingering:
            self.phase = .closed
            return .farewell
        case .webSocket, .closed:
            return .refuse
        case .polling, .probing, .upgrading:
            guard !isAnotherPending else {
                self.phase = .closed
                return .conflict
            }
            if case .upgrading = self.phase { self.pollMustEnd = now + Timing.pollDuringUpgrade }
            return .serve
        }
    }

    /// A packet came in a POST body or over the session's own WebSocket.
    mutating func receive(_ packet: InboundPacket, over source: Transport, at now: NIODeadline) -> Action {
        guard self.isOpen, source == self.transport else { return .none }
        switch packet {
        case .binary, .text(.message, _):
            return .deliver
        case .text(.pong, _):
            self.heartbeat = .pingDue(now + self.timing.pingInterval)
            return .none
        case .text(.close, _) where source == .polling:
            return self.linger(.transportClose, at: now)
        case .text(.close, _):
            return self.close(.transportClose)
        case .text(.ping, _):
            // Since protocol 4 only the server pings.
            return self.close(.transportError)
        case .text(.open, _), .text(.upgrade, _), .text(.noop, _):
            return .none
        }
    }

    /// A WebSocket asks to take over the session. False: it is refused, everything stays as it is.
    mutating func attachWebSocket(at now: NIODeadline) -> Bool {
        guard self.phase == .polling else { return false }
        self.phase = .probing(deadline: now + self.timing.upgradeTimeout)
        return true
    }

    /// A packet came over a WebSocket that does not carry the session yet.
    mutating func receiveDuringUpgrade(_ packet: InboundPacket) -> Action {
        switch (self.phase, packet) {
        case (.probing(let deadline), .text(.ping, let body)) where String(buffer: body) == "probe":
            self.phase = .upgrading(deadline: deadline)
            return .answerProbe
        case (.upgrading, .text(.upgrade, _)):
            self.phase = .webSocket
            self.pollMustEnd = nil
            return .completeUpgrade
        case (.probing, _), (.upgrading, _):
            return self.abandonUpgrade()
        default:
            return .none
        }
    }

    /// The probing WebSocket went away or misbehaved.
    mutating func abandonUpgrade() -> Action {
        switch self.phase {
        case .probing, .upgrading:
            self.phase = .polling
            self.pollMustEnd = nil
            return .abandonUpgrade
        default:
            return .none
        }
    }

    /// Runs what is due. Called at ``deadline`` or later, and again until it returns ``Action/none``.
    mutating func tick(at now: NIODeadline) -> Action {
        switch self.phase {
        case .closed:
            return .none
        case .lingering(let until):
            guard until <= now else { return .none }
            self.phase = .closed
            return .forget
        case .probing(let deadline) where deadline <= now, .upgrading(let deadline) where deadline <= now:
            return self.abandonUpgrade()
        case .polling, .probing, .upgrading, .webSocket:
            break
        }
        if let due = self.pollMustEnd, due <= now {
            self.pollMustEnd = nil
            return .endPoll
        }
        switch self.heartbeat {
        case .pingDue(let due) where due <= now:
            // Counted from when the ping was due, not from a late sweep; but half of its time is the client's in any case.
            let timeout = self.timing.pingTimeout
            self.heartbeat = .pongDue(max(due + timeout, now + timeout / 2))
            return .ping
        case .pongDue(let due) where due <= now:
            return self.close(.pingTimeout)
        case .pingDue, .pongDue:
            return .none
        }
    }

    /// Ends the session by the server's will, unless it has ended: what was sent before still reaches a client that is
    /// between two polls.
    mutating func end(_ reason: CloseReason, at now: NIODeadline) -> Action {
        guard self.isOpen else { return .none }
        return self.transport == .polling ? self.linger(reason, at: now) : self.close(reason)
    }

    /// Ends the session at once, unless it has ended.
    mutating func close(_ reason: CloseReason) -> Action {
        guard self.isOpen else { return .none }
        self.phase = .closed
        return .close(reason)
    }

    private mutating func linger(_ reason: CloseReason, at now: NIODeadline) -> Action {
        self.phase = .lingering(until: now + Timing.linger)
        return .linger(reason)
    }
}
