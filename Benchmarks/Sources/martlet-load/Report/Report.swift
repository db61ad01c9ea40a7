import Foundation
import Histogram

/// What a run has found, in the order it is shown.
struct Report {
    private var figures: [(name: String, value: Double, unit: String)] = []
    private let mode: String

    init(_ mode: String) {
        self.mode = mode
    }

    mutating func add(_ name: String, _ value: Double, _ unit: String = "") {
        figures.append((name, value, unit))
    }

    /// How often per second, and per second of the server's time, something happened in a stretch of time.
    mutating func addRate(_ name: String, count: Int, in stretch: Stretch) {
        add(name, Double(count) / stretch.seconds, "/s")
        guard let before = stretch.before, let after = stretch.after, after.cpuSeconds > before.cpuSeconds else {
            return
        }
        let cpu = after.cpuSeconds - before.cpuSeconds
        add("\(name) per server CPU second", Double(count) / cpu, "/s")
        add("server CPU", cpu / stretch.seconds * 100, "%")
    }

    mutating func addLatencies(_ name: String, _ latencies: Histogram<UInt32>) {
        for percentile in [50, 90, 99, 99.9] {
            let nanoseconds = Double(latencies.valueAtPercentile(percentile))
            add("\(name) p\(percentile.formatted())", nanoseconds / 1_000_000, "ms")
        }
        add("\(name) max", Double(latencies.maxRecorded) / 1_000_000, "ms")
    }

    func show(asJSON: Bool) {
        if asJSON {
            let fields = figures.map { "\"\($0.name)\":\(Self.short($0.value))" }
            print("{\"mode\":\"\(mode)\",\(fields.joined(separator: ","))}")
        } else {
            let width = figures.map(\.name.count).max() ?? 0
            print(mode)
            for figure in figures {
                let name = figure.name.padding(toLength: width, withPad: " ", startingAt: 0)
                print("  \(name)  \(Self.short(figure.value)) \(figure.unit)")
            }
        }
    }

    private static func short(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        return value.magnitude >= 100 ? String(Int(value.rounded())) : String(format: "%.2f", value)
    }
}

extension Histogram<UInt32> {
    /// Records the time from `start`, or the longest that it can tell.
    mutating func record(since start: UInt64) {
        record(Swift.min(now() - start, 59_000_000_000))
    }
}

/// Nanoseconds from 1 us to a minute, to two digits.
func makeLatencies() -> Histogram<UInt32> {
    Histogram(
        lowestDiscernibleValue: 1000,
        highestTrackableValue: 60_000_000_000,
        numberOfSignificantValueDigits: .two
    )
}
