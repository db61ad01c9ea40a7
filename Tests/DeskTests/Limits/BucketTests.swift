import Testing

@testable import Desk

struct BucketTests {
    private let rate = Rate(5, per: .seconds(1), burst: 3)

    @Test func `a bucket gives its burst, then one after each interval`() {
        var bucket = TokenBucket()
        for _ in 0..<3 { #expect(bucket.take(rate, at: .seconds(10)) == nil) }
        #expect(bucket.take(rate, at: .seconds(10)) == .milliseconds(200))
        #expect(bucket.take(rate, at: .milliseconds(10_150)) == .milliseconds(50))
        #expect(bucket.take(rate, at: .milliseconds(10_200)) == nil)
        #expect(bucket.take(rate, at: .milliseconds(10_200)) == .milliseconds(200))
    }

    @Test func `who waits as long as told is served`() throws {
        var bucket = TokenBucket()
        var now = Duration.zero
        for _ in 0..<100 {
            if let wait = bucket.take(rate, at: now) {
                now += wait
                #expect(bucket.take(rate, at: now) == nil)
            }
        }
        #expect(now > .seconds(9))
    }

    @Test func `a bucket never holds more than its burst`() {
        var bucket = TokenBucket()
        _ = bucket.take(rate, at: .zero)
        let later = Duration.seconds(1_000_000)
        for _ in 0..<3 { #expect(bucket.take(rate, at: later) == nil) }
        #expect(bucket.take(rate, at: later) != nil)
    }

    @Test func `what is given back can be taken again`() {
        var bucket = TokenBucket()
        for _ in 0..<3 { _ = bucket.take(rate, at: .zero) }
        bucket.giveBack(rate)
        #expect(bucket.take(rate, at: .zero) == nil)
        #expect(bucket.take(rate, at: .zero) != nil)
    }

    @Test func `each key has a bucket of its own`() {
        var table = BucketTable<String>(rate)
        for _ in 0..<3 { #expect(table.take("a", at: .zero) == nil) }
        #expect(table.take("a", at: .zero) != nil)
        #expect(table.take("b", at: .zero) == nil)
        table.giveBack("a")
        #expect(table.take("a", at: .zero) == nil)
        table.giveBack("unknown")
    }

    @Test func `a table stays within its bounds, and full buckets go first`() {
        var table = BucketTable<Int>(rate, capacity: 100)
        for _ in 0..<3 { _ = table.take(-1, at: .zero) }
        // Each of them is full again long before the next comes, but the one that is used up.
        for key in 0..<10_000 {
            #expect(table.take(key, at: .milliseconds(key % 10)) == nil)
            #expect(table.count <= 100)
        }
        #expect(table.take(-1, at: .milliseconds(10)) != nil, "a flood from new addresses is no way out")
    }

    @Test func `in a full table the emptiest buckets stay`() {
        var table = BucketTable<Int>(Rate(1, per: .seconds(3600), burst: 2), capacity: 10)
        for key in 0..<5 { for _ in 0..<2 { _ = table.take(key, at: .zero) } }
        for key in 5..<1000 { #expect(table.take(key, at: .zero) == nil) }
        #expect(table.count <= 10)
        for key in 0..<5 { #expect(table.take(key, at: .zero) != nil) }
    }

    @Test(arguments: [
        ("5/s:30", 5, 1, 30), ("100/m", 100, 60, 100), ("10/h", 10, 3600, 10), ("1/s:1000000", 1, 1, 1_000_000),
    ])
    func `a rate is read`(text: String, count: Int, seconds: Int, burst: Int) {
        #expect(Rate(text) == Rate(count, per: .seconds(seconds), burst: burst))
    }

    @Test(arguments: [
        "", "5", "5/", "/s", "5/s:", "5/s:0", "0/s", "-1/s", "+1/s", "5/d", "5/s:30:1", "5 /s", "5/s/s", "1000001/s",
        "٥/s",
        "99999999999999999999/s",
    ])
    func `anything else is no rate`(text: String) {
        #expect(Rate(text) == nil)
    }

    @Test func `changes of the limits leave the others as they are`() throws {
        let limits = try Limits(changes: "guest-messages=10/s:60, open-tickets = 20 ,address-tickets=1/m")
        var expected = Limits()
        expected.guestMessages = Rate(10, per: .seconds(1), burst: 60)
        expected.openTickets = 20
        expected.addressTickets = Rate(1, per: .seconds(60))
        #expect(limits == expected)
    }

    @Test(arguments: [
        ("", "NAME=VALUE"), ("on", "NAME=VALUE"), ("guest-messages=5/s,", "NAME=VALUE"), ("messages=5/s", "'messages'"),
        ("open-tickets=5/s", "open-tickets"), ("open-tickets=0", "open-tickets"),
        ("guest-messages=5", "guest-messages"),
        ("guest-tickets=101/h", "guest-tickets"),
    ])
    func `changes that make no sense are named`(text: String, word: String) {
        let failure = #expect(throws: Limits.Failure.self) { try Limits(changes: text) }
        #expect(failure?.description.contains(word) == true)
    }
}
