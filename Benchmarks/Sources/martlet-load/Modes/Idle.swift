import ArgumentParser

/// Connections that do nothing but answer pings: how much memory each takes.
struct Idle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Memory of connections that only answer pings.")

    @OptionGroup var target: Target
    @Option(help: "Connections.") var connections = 10_000
    @Flag(help: "Open no ticket: works with any Socket.IO server.") var bare = false
    @Option(help: "Seconds to stay.") var seconds = 3

    @Loop func run() async throws {
        let before = ServerUsage(pid: target.pid)
        let start = now()
        let (target, bare) = (target, bare)
        let clients = try await many(connections) { _ in
            bare
                ? try await Client.connect(to: target, auth: #"{"guestToken":""}"#)
                : try await Guest.arrive(at: target).client
        }
        let seconds = Double(now() - start) / 1e9
        try await Task.sleep(for: .seconds(self.seconds))
        var report = Report("idle")
        report.add("connections", Double(clients.count))
        report.add("time to connect them", seconds, "s")
        if let before, let after = ServerUsage(pid: target.pid) {
            report.add("memory before", Double(before.residentBytes) / 1e6, "MB")
            report.add("memory after", Double(after.residentBytes) / 1e6, "MB")
            let each = Double(after.residentBytes - before.residentBytes) / Double(clients.count)
            report.add("memory of each", each / 1000, "kB")
        }
        clients.forEach { $0.close() }
        report.show(asJSON: target.json)
    }
}
