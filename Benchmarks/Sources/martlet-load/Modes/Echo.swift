import ArgumentParser
import NIOCore

/// The library alone: an event that is acknowledged with what came, as `socketio-conformance` does it.
struct Echo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Echoed events of a bare Socket.IO server.")

    @OptionGroup var target: Target
    @Option(help: "Connections.") var connections = 100
    @Option(help: "Events in flight per connection.") var inFlight = 8
    @Option(help: "The event that the server acknowledges with its arguments.") var event = "message-with-ack"
    @OptionGroup var times: Times
    @Option(help: "Bytes of the argument.") var bytes = 100

    @Loop func run() async throws {
        let target = target
        let clients = try await many(connections) { _ in try await Client.connect(to: target, auth: "{}") }
        let tally = Tally()
        let tail = "[\"\(event)\",\"\(String(repeating: "x", count: bytes))\"]"
        for client in clients {
            client.onAck = { _, _ in
                tally.note()
                if !tally.hasEnded { client.send("42\(client.nextID())\(tail)") }
            }
            for _ in 0..<inFlight { client.send("42\(client.nextID())\(tail)") }
        }
        let stretch = try await times.pass(at: target) { tally.begin() }
        tally.end()
        var report = Report("echo")
        report.add("connections", Double(connections))
        report.add("in flight each", Double(inFlight))
        report.addRate("acks", count: tally.count, in: stretch)
        report.show(asJSON: target.json)
    }
}
