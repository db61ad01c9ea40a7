import Synchronization

/// When to tell of gaps: once for several that come together, as when Redis is back and one server after the other finds
/// it again, and not too often where they do not end. A pure value.
struct GapNotice {
    /// All servers try to connect again within a second.
    static let settling = Duration.milliseconds(1500)
    static let pause = Duration.seconds(5)

    private var isDue = false
    private var pausesUntil: ContinuousClock.Instant?

    /// - Returns: how long to wait before telling; nil if somebody waits already.
    mutating func note(at now: ContinuousClock.Instant) -> Duration? {
        guard !self.isDue else { return nil }
        self.isDue = true
        return max(Self.settling, self.pausesUntil.map { $0 - now } ?? .zero)
    }

    /// What is noted from now on is told another time.
    mutating func tell(at now: ContinuousClock.Instant) {
        self.isDue = false
        self.pausesUntil = now + Self.pause
    }
}

/// Tells an application when something may not have come. Thread-safe.
final class Gaps: Sendable {
    private let notice = Mutex(GapNotice())
    private let onGap: @Sendable () -> Void

    init(_ onGap: @escaping @Sendable () -> Void) {
        self.onGap = onGap
    }

    func note() {
        guard let delay = self.notice.withLock({ $0.note(at: .now) }) else { return }
        Task {
            try? await Task.sleep(for: delay)
            self.notice.withLock { $0.tell(at: .now) }
            self.onGap()
        }
    }
}

/// Whether others lack something of this server, and have not been told yet.
final class Losses: Sendable {
    private let isAny = Atomic(false)

    func note() { self.isAny.store(true, ordering: .relaxed) }

    /// - Returns: true if there was one.
    func take() -> Bool { self.isAny.exchange(false, ordering: .relaxed) }
}
