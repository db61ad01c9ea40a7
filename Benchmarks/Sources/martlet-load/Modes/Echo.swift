import ArgumentParser
import NIOCore

/// The library alone: an event that is acknowledged with what came, as `socketio-conformance` does it.
struct Echo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Echoed events of a bare Socket.IO server.")

    @OptionGroup var target: Target
    @Option(help: "Connections.") var connections = 100
    @Option(help: "Events in flight per connection.") var inFlight = 8
    @Option(help: "The event that the server acknowledges with its arguments.") var event = "message-with-ack"
    @Option(help: "Seconds before it counts.") var warmUp = 2
    @Option(help: "Seconds that count.") var seconds = 10
    @Option(help: "Bytes of the argument.") var bytes = 100

    @Loop func run() async throws {
        let target = target
        let clients = try await many(connections) { _ in try await Client.connect(to: target, auth: "{}") }
        let count = Count()
        let tail = "[\"\(event)\",\"\(String(repeating: "x", count: bytes))\"]"
        for client in clients {
            client.onAck = { _, _ in
                count.acks += 1
                if !count.hasEnded { client.send("42\(client.nextID())\(tail)") }
            }
            for _ in 0..<inFlight { client.send("42\(client.nextID())\(tail)") }
        }
        try await Task.sleep(for: .seconds(warmUp))
        let before = ServerUsage(pid: target.pid)
        let (start, first) = (now(), count.acks)
        try await Task.sleep(for: .seconds(seconds))
        let after = ServerUsage(pid: target.pid)
        let (acks, seconds) = (count.acks - first, Double(now() - start) / 1e9)
        count.hasEnded = true
        var report = Report("echo")
        report.add("connections", Double(connections))
        report.add("in flight each", Double(inFlight))
        report.addRate("acks", count: acks, seconds: seconds, before, after)
        report.show(asJSON: target.json)
    }
}

/// Lives on the ``Loop``.
private final class Count {
    var acks = 0
    var hasEnded = false
}
