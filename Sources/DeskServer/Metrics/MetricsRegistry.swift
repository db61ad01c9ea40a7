import Metrics
import Synchronization

/// Keeps what swift-metrics measures and shows it in Prometheus' text format 0.0.4. What is measured is added to without
/// a lock; one is held only while a series is made, and while all are listed.
///
/// A series is kept for as long as the registry: make none of what clients choose.
final class MetricsRegistry: MetricsFactory {
    private struct Family {
        let kind: String
        var series: [String: any Instrument] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]

    /// - Parameter help: A line for each name.
    init(help: [String: String] = [:]) {
        self.help = help
    }

    /// All series, by name and then by labels.
    var text: String {
        var text = ""
        for (name, family) in families.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            if let help = help[name] { text += "# HELP \(name) \(help)\n" }
            text += "# TYPE \(name) \(family.kind)\n"
            for (labels, instrument) in family.series.sorted(by: { $0.key < $1.key }) {
                instrument.write(name, labels: labels, to: &text)
            }
        }
        return text
    }

    // MARK: - For swift-metrics

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        instrument("counter", label, dimensions) { Count() }
    }

    func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        instrument("counter", label, dimensions) { Level() }
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        instrument("gauge", label, dimensions) { Level() }
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return instrument("gauge", label, dimensions) { Level() } }
        return instrument("histogram", label, dimensions) { Distribution(bounds: Distribution.sizes, unit: 1) }
    }

    /// Shown in seconds.
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        instrument("histogram", label, dimensions) { Distribution(bounds: Distribution.times, unit: 1e9) }
    }

    // Nothing is forgotten: to a scraper, a series that is gone is one that failed.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// The same name and labels are the same instrument. One of another kind under a name that is taken is not shown.
    private func instrument<Kind: Instrument>(
        _ kind: String,
        _ name: String,
        _ dimensions: [(String, String)],
        _ make: () -> Kind
    ) -> Kind {
        let labels = dimensions.map { #"\#($0)="\#(Self.escaped($1))""# }.joined(separator: ",")
        return families.withLock { families in
            if let known = families[name]?.series[labels] { return known as? Kind ?? make() }
            let made = make()
            if families[name, default: Family(kind: kind)].kind == kind {
                families[name, default: Family(kind: kind)].series[labels] = made
            }
            return made
        }
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += #"\\"#
            case "\"": text += #"\""#
            case "\n": text += #"\n"#
            default: text.append(character)
            }
        }
    }
}
