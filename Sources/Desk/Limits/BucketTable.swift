/// One rate, and a bucket for each of many keys, in bounded memory: a pure value.
///
/// A bucket that is full says nothing and is dropped first. Where too few are, as when a flood comes from
/// ever new addresses, those nearest to full go: what is forgotten is the least.
package struct BucketTable<Key: Hashable & Sendable>: Sendable {
    private let rate: Rate
    private let capacity: Int
    private var buckets: [Key: TokenBucket] = [:]

    /// - Parameter capacity: The most buckets kept; at least 2. Default 65,536, some 4 MB.
    package init(_ rate: Rate, capacity: Int = 1 << 16) {
        self.rate = rate
        self.capacity = max(capacity, 2)
    }

    package var count: Int { buckets.count }

    /// - Returns: nil if a token was taken; otherwise how long until there will be one.
    package mutating func take(_ key: Key, at now: Duration) -> Duration? {
        if buckets.count >= capacity, buckets[key] == nil { makeRoom(at: now) }
        return buckets[key, default: TokenBucket(at: now)].take(rate, at: now)
    }

    /// Puts back what was taken and not used.
    package mutating func giveBack(_ key: Key) {
        buckets[key]?.giveBack(rate)
    }

    /// Half of the table becomes free, so that the work is seldom.
    private mutating func makeRoom(at now: Duration) {
        buckets = buckets.filter { now < $0.value.fullAt }
        guard buckets.count > capacity / 2 else { return }
        let emptiest = buckets.sorted { $0.value.fullAt > $1.value.fullAt }.prefix(capacity / 2)
        buckets = Dictionary(uniqueKeysWithValues: emptiest.map { ($0.key, $0.value) })
    }
}
