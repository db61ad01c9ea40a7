import Desk

/// How often somebody may try to log in: a pure value, told of each try and what time it is.
///
/// A try counts as failed from its beginning, so that many at once gain nothing; ``leave(_:_:)`` takes that back.
/// Nobody is locked out for good, and nothing here is kept over a restart.
struct LoginThrottle {
    /// What failures are counted for.
    enum Bucket: Hashable {
        /// Everybody who names this account, whether or not it exists, from a browser nobody knows.
        case account(String)
        /// One browser that has logged in to the account before, or one login that asks for its own password again.
        case browser(String)
        case address(ClientAddress)

        /// As all nodes count it.
        var shared: SharedFailures {
            let (key, isForgotten) =
                switch self {
                case .account(let name): ("login:account:\(name)", true)
                case .browser(let name): ("login:browser:\(name)", true)
                case .address(let address): ("login:address:\(address)", false)
                }
            return SharedFailures(
                key: key,
                free: rule.free,
                longest: rule.longest,
                memory: rule.memory,
                isForgotten: isForgotten
            )
        }

        fileprivate var rule: Rule {
            switch self {
            case .account, .browser: Rule(free: 5, longest: .seconds(60), memory: .seconds(3600))
            case .address: Rule(free: 20, longest: .seconds(15 * 60), memory: .seconds(24 * 3600))
            }
        }
    }

    struct Rule {
        /// So many failures cost no time. The next one costs a second, and each further one twice as much.
        var free: Int
        /// No failure costs more.
        var longest: Duration
        /// After so long without a failure all are forgotten. Long enough that waiting for it is no faster way to
        /// guess than going on.
        var memory: Duration

        func delay(after failures: Int) -> Duration {
            guard failures > free else { return .zero }
            return min(longest, .seconds(1 << min(failures - free - 1, 20)))
        }
    }

    enum Decision {
        case go(Attempt)
        /// Nothing was counted.
        case wait(Duration)
    }

    /// A try that has begun.
    struct Attempt {
        fileprivate var begunAt: ContinuousClock.Instant
        fileprivate var before: [Bucket: Entry]
    }

    enum Outcome {
        /// The person is known: their own failures are forgotten, those of their address but for this one stay.
        case right
        case wrong
        /// Nothing was found out.
        case undecided
    }

    fileprivate struct Entry {
        var failures = 0
        var lastAt: ContinuousClock.Instant
        var opensAt: ContinuousClock.Instant

        init(at now: ContinuousClock.Instant) {
            lastAt = now
            opensAt = now
        }
    }

    /// No more buckets are remembered; those with the fewest failures go first.
    let capacity: Int
    private var entries: [Bucket: Entry] = [:]

    init(capacity: Int = 20_000) {
        self.capacity = capacity
    }

    /// How many buckets are remembered.
    var count: Int { entries.count }

    mutating func begin(_ buckets: [Bucket], at now: ContinuousClock.Instant) -> Decision {
        var attempt = Attempt(begunAt: now, before: [:])
        var wait = Duration.zero
        for bucket in buckets {
            var entry = entries[bucket] ?? Entry(at: now)
            if entry.lastAt + bucket.rule.memory <= now { entry = Entry(at: now) }
            wait = max(wait, entry.opensAt - now)
            attempt.before[bucket] = entry
        }
        guard wait <= .zero else { return .wait(wait) }
        makeRoom(for: buckets.count, at: now)
        for (bucket, before) in attempt.before {
            var entry = before
            entry.failures = min(entry.failures + 1, 1000)
            entry.lastAt = now
            entry.opensAt = now + bucket.rule.delay(after: entry.failures)
            entries[bucket] = entry
        }
        return .go(attempt)
    }

    mutating func leave(_ attempt: Attempt, _ outcome: Outcome) {
        guard outcome != .wrong else { return }
        for (bucket, before) in attempt.before {
            switch bucket {
            case .account, .browser:
                if outcome == .right { entries[bucket] = nil } else { takeBack(attempt, bucket, before) }
            case .address:
                takeBack(attempt, bucket, before)
            }
        }
    }

    private mutating func takeBack(_ attempt: Attempt, _ bucket: Bucket, _ before: Entry) {
        guard var entry = entries[bucket] else { return }
        entry.failures -= 1
        // Unless others came in between, it is as it was.
        if entry.lastAt == attempt.begunAt { (entry.lastAt, entry.opensAt) = (before.lastAt, before.opensAt) }
        entries[bucket] = entry.failures > 0 ? entry : nil
    }

    /// A quarter at once, so that this work is rare.
    private mutating func makeRoom(for newcomers: Int, at now: ContinuousClock.Instant) {
        guard entries.count + newcomers > capacity else { return }
        entries = entries.filter { now < $0.value.lastAt + $0.key.rule.memory }
        guard entries.count + newcomers > capacity else { return }
        let least = entries.sorted { ($0.value.failures, $0.value.lastAt) < ($1.value.failures, $1.value.lastAt) }
        for (bucket, _) in least.prefix(max(newcomers, capacity / 4)) { entries[bucket] = nil }
    }
}
