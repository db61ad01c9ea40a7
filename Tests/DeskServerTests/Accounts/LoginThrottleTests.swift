import Desk
import Testing

@testable import DeskServer

@Suite struct LoginThrottleTests {
    private var throttle = LoginThrottle()
    private var now = ContinuousClock.now
    private let account = LoginThrottle.Bucket.account("ada")
    private let home = LoginThrottle.Bucket.address(ClientAddress(.unspecified))

    @Test mutating func `five failures of an account are free, then a second, then twice as much, up to a minute`() {
        #expect(delays(of: [account], 13) == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60])
    }

    @Test mutating func `twenty failures of an address are free, and none costs more than a quarter of an hour`() {
        let delays = delays(of: [home], 34)
        #expect(delays.prefix(20).allSatisfy { $0 == 0 })
        #expect(delays.dropFirst(20) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
    }

    @Test mutating func `a browser that is known counts as an account does`() {
        #expect(delays(of: [.browser("b")], 8) == [0, 0, 0, 0, 0, 1, 2, 4])
    }

    @Test mutating func `whoever waits long enough may always try again`() {
        for _ in 0..<2000 { fail([account, home]) }
        #expect(wait([account]) <= .seconds(60))
        #expect(wait([home]) <= .seconds(900))
        now += .seconds(900)
        #expect(wait([account, home]) == .zero)
    }

    @Test mutating func `a try that has to wait counts nowhere`() {
        for _ in 0..<8 { fail([account]) }
        let before = wait([account, home])
        #expect(before == .seconds(4))
        for _ in 0..<100 { #expect(wait([account, home]) == before) }
        #expect(throttle.count == 1)
    }

    @Test mutating func `tries that begin at once are counted at once`() {
        for _ in 0..<6 { #expect(begin([account]) != nil) }
        #expect(begin([account]) == nil)
    }

    @Test mutating func `success forgets the failures of the account, and of the address only the last`() {
        for _ in 0..<5 { fail([account, home]) }
        for _ in 0..<15 { fail([.account("other"), home]) }
        let attempt = begin([account, home])
        throttle.leave(attempt!, .right)
        #expect(delays(of: [account], 6) == [0, 0, 0, 0, 0, 1])
        now += .seconds(1)
        #expect(delays(of: [home], 1) == [1])
    }

    @Test mutating func `a try that found nothing out leaves everything as it was`() {
        for _ in 0..<9 { fail([account, home]) }
        now += .seconds(8)
        for _ in 0..<50 {
            let attempt = begin([account, home])
            throttle.leave(attempt!, .undecided)
        }
        #expect(delays(of: [account], 1) == [16])
        let first = begin([.account("new")])
        throttle.leave(first!, .undecided)
        #expect(throttle.count == 2)
    }

    @Test mutating func `a try that found nothing out takes back nobody else's failure`() {
        for _ in 0..<4 { fail([account]) }
        let undecided = begin([account])
        now += .milliseconds(1)
        fail([account])
        throttle.leave(undecided!, .undecided)
        #expect(delays(of: [account], 1) == [1])
    }

    @Test mutating func `failures are forgotten, and waiting for that is no faster way to guess`() {
        for (bucket, free, pause) in [(account, 5, 3600), (home, 20, 24 * 3600)] {
            for _ in 0..<free + 3 { fail([bucket]) }
            now += .seconds(pause - 5)
            fail([bucket])
            #expect(wait([bucket]) == .seconds(8))
            now += .seconds(pause)
            #expect(delays(of: [bucket], free + 1) == Array(repeating: 0, count: free) + [1])
            // Going on at the longest delay gives more tries in that time than beginning anew.
            let longest = bucket == account ? 60 : 900
            #expect(pause / longest > free + 10)
        }
    }

    @Test mutating func `buckets have nothing to do with each other`() {
        for _ in 0..<10 { fail([account]) }
        for other in [LoginThrottle.Bucket.account("ben"), .browser("ada"), home] {
            #expect(wait([other]) == .zero)
        }
    }

    @Test mutating func `memory has a bound, and those who failed most are not forgotten for newcomers`() {
        throttle = LoginThrottle(capacity: 100)
        for _ in 0..<12 { fail([account]) }
        for index in 0..<10_000 {
            fail([.account("made up \(index)")])
            #expect(throttle.count <= 100)
        }
        #expect(wait([account]) == .seconds(60))
    }

    // MARK: -

    private mutating func begin(_ buckets: [LoginThrottle.Bucket]) -> LoginThrottle.Attempt? {
        guard case .go(let attempt) = throttle.begin(buckets, at: now) else { return nil }
        return attempt
    }

    /// Waits as long as it takes, and fails.
    private mutating func fail(_ buckets: [LoginThrottle.Bucket]) {
        while true {
            switch throttle.begin(buckets, at: now) {
            case .go(let attempt): return throttle.leave(attempt, .wrong)
            case .wait(let time): now += time
            }
        }
    }

    /// How long each of so many failures, one after the other, keeps from the next try: in seconds.
    private mutating func delays(of buckets: [LoginThrottle.Bucket], _ count: Int) -> [Int] {
        (0..<count)
            .map { _ in
                fail(buckets)
                return Int(wait(buckets) / .seconds(1))
            }
    }

    /// How long from now a try has to wait.
    private func wait(_ buckets: [LoginThrottle.Bucket]) -> Duration {
        var copy = throttle
        guard case .wait(let time) = copy.begin(buckets, at: now) else { return .zero }
        return time
    }
}
