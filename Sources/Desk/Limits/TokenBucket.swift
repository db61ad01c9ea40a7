/// So many at once, and one more after each interval.
package struct Rate: Sendable, Equatable {
    /// As many can be taken at once, if none was for a while.
    package let burst: Int
    /// The time in which one comes back.
    package let interval: Duration

    /// - Parameters:
    ///   - count: How many come back in `period`; at least 1.
    ///   - burst: At least 1. Default: `count`.
    package init(_ count: Int, per period: Duration, burst: Int? = nil) {
        self.interval = period / max(count, 1)
        self.burst = max(burst ?? count, 1)
    }
}

/// A bucket of tokens that fills by itself: all it has to remember is when it will be full.
///
/// Moments are durations since any fixed one; the caller's clock must not go back.
package struct TokenBucket: Sendable, Equatable {
    private(set) var fullAt: Duration

    /// A full one.
    package init(at now: Duration = .zero) {
        fullAt = now
    }

    /// - Returns: nil if a token was taken; otherwise how long until there will be one.
    package mutating func take(_ rate: Rate, at now: Duration) -> Duration? {
        let fullWithoutIt = max(fullAt, now) + rate.interval
        let wait = fullWithoutIt - now - rate.interval * rate.burst
        guard wait <= .zero else { return wait }
        fullAt = fullWithoutIt
        return nil
    }

    /// Puts back what was taken and not used.
    package mutating func giveBack(_ rate: Rate) {
        fullAt -= rate.interval
    }
}
