import Metrics
import Synchronization

/// What the registry shows of one series.
protocol Instrument: AnyObject, Sendable {
    /// Appends the series' lines.
    ///
    /// - Parameter labels: `name="value"` with commas between, escaped already.
    func write(_ name: String, labels: String, to text: inout String)
}

extension Instrument {
    func line(_ name: String, _ labels: String, _ value: some CustomStringConvertible) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}

/// Only goes up. Never waits.
final class Count: Instrument, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { value.store(0, ordering: .relaxed) }

    func write(_ name: String, labels: String, to text: inout String) {
        text += line(name, labels, value.load(ordering: .relaxed))
    }
}

/// Goes up and down, or up by parts of one. Never waits.
final class Level: Instrument, MeterHandler, RecorderHandler, FloatingPointCounterHandler {
    private let bits = Atomic<UInt64>(0)

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }

    func increment(by amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    func decrement(by amount: Double) { increment(by: -amount) }

    func reset() { set(0.0) }

    func write(_ name: String, labels: String, to text: inout String) {
        text += line(name, labels, Double(bitPattern: bits.load(ordering: .relaxed)))
    }
}

/// How often values lay below each of some bounds. Never waits.
final class Distribution: Instrument, TimerHandler, RecorderHandler {
    /// Nanoseconds: from 50 µs to 10 s.
    static let times: [Int64] = [
        50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]
    /// Up to the largest batch of a store.
    static let sizes: [Int64] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

    private final class Bucket: Sendable {
        let count = Atomic<Int64>(0)
    }

    private let bounds: [Int64]
    /// Values of what is shown as 1.
    private let unit: Double
    private let buckets: [Bucket]
    private let sum = Atomic<Int64>(0)

    init(bounds: [Int64], unit: Double) {
        self.bounds = bounds
        self.unit = unit
        buckets = (0...bounds.count).map { _ in Bucket() }
    }

    func recordNanoseconds(_ duration: Int64) { record(duration) }

    func record(_ value: Int64) {
        // The values are small ones as a rule: looked for from below.
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        buckets[index].count.wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(value, ordering: .relaxed)
    }

    func record(_ value: Double) { record(Int64(exactly: value.rounded()) ?? 0) }

    func write(_ name: String, labels: String, to text: inout String) {
        let prefix = labels.isEmpty ? "" : labels + ","
        var total: Int64 = 0
        for (bound, bucket) in zip(bounds, buckets) {
            total += bucket.count.load(ordering: .relaxed)
            text += line("\(name)_bucket", #"\#(prefix)le="\#(Double(bound) / unit)""#, total)
        }
        total += buckets[bounds.count].count.load(ordering: .relaxed)
        text += line("\(name)_bucket", #"\#(prefix)le="+Inf""#, total)
        text += line("\(name)_sum", labels, Double(sum.load(ordering: .relaxed)) / unit)
        text += line("\(name)_count", labels, total)
    }
}
