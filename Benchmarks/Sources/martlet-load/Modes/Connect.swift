import ArgumentParser

/// Connections one after the other: how many handshakes a second there can be.
struct Connect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Handshakes a second, up to CONNECT and `session`.")

    @OptionGroup var target: Target
    @Option(help: "At a time.") var width = 64
    @Option(help: "In all.") var connections = 20_000

    @Loop func run() async throws {
        let target = target
        let stretch = try await Stretch.of(target) {
            _ = try await many(connections, width: width) { _ in
                try await Client.connect(to: target, auth: #"{"guestToken":""}"#).close()
            }
        }
        var report = Report("connect")
        report.addRate("handshakes", count: connections, in: stretch)
        report.show(asJSON: target.json)
    }
}
