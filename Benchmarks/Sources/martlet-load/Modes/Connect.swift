import ArgumentParser

/// Connections one after the other: how many handshakes a second there can be.
struct Connect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Handshakes a second, up to CONNECT and `session`.")

    @OptionGroup var target: Target
    @Option(help: "At a time.") var width = 64
    @Option(help: "In all.") var connections = 20_000

    @Loop func run() async throws {
        let target = target
        let before = ServerUsage(pid: target.pid)
        let start = now()
        let made = try await many(connections, width: width) { _ in
            let client = try await Client.connect(to: target, auth: #"{"guestToken":""}"#)
            client.close()
            return 1
        }
        let seconds = Double(now() - start) / 1e9
        var report = Report("connect")
        report.addRate("handshakes", count: made.count, seconds: seconds, before, ServerUsage(pid: target.pid))
        report.show(asJSON: target.json)
    }
}
