import Metrics
import Testing

@testable import DeskServer

@Suite struct MetricsRegistryTests {
    @Test func `shows each kind in the text format`() {
        let registry = MetricsRegistry(help: ["a_total": "How often."])
        let labels = [("path", #"C:\"x""# + "\n")]
        Counter(label: "a_total", factory: registry).increment(by: 2)
        Counter(label: "a_total", factory: registry).increment()
        Counter(label: "b_total", dimensions: labels, factory: registry).increment()
        Meter(label: "c", factory: registry).set(1.5)
        FloatingPointCounter(label: "d_total", factory: registry).increment(by: 0.25)
        #expect(
            registry.text == """
                # HELP a_total How often.
                # TYPE a_total counter
                a_total 3
                # TYPE b_total counter
                b_total{path="C:\\\\\\"x\\"\\n"} 1
                # TYPE c gauge
                c 1.5
                # TYPE d_total counter
                d_total 0.25

                """
        )
    }

    @Test func `counts a value in its bucket and all above`() {
        let registry = MetricsRegistry()
        let sizes = Recorder(label: "sizes", factory: registry)
        for size in [1, 2, 3, 512, 513] { sizes.record(size) }
        let times = Metrics.Timer(label: "times", factory: registry)
        times.recordNanoseconds(50_000)
        times.recordNanoseconds(20_000_000_000)
        let lines = registry.text.split(separator: "\n")
        for line in [
            #"sizes_bucket{le="1.0"} 1"#, #"sizes_bucket{le="2.0"} 2"#, #"sizes_bucket{le="4.0"} 3"#,
            #"sizes_bucket{le="512.0"} 4"#, #"sizes_bucket{le="+Inf"} 5"#, "sizes_sum 1031.0", "sizes_count 5",
            #"times_bucket{le="5e-05"} 1"#, #"times_bucket{le="10.0"} 1"#, #"times_bucket{le="+Inf"} 2"#,
            "times_sum 20.00005", "times_count 2",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
    }

    @Test func `another kind under a name that is taken is not shown`() {
        let registry = MetricsRegistry()
        Counter(label: "a", factory: registry).increment()
        Meter(label: "a", factory: registry).set(7)
        #expect(registry.text == "# TYPE a counter\na 1\n")
    }
}
