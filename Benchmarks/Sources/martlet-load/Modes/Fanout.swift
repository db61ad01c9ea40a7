import ArgumentParser
import NIOCore

/// One writes, a whole room hears it.
struct Fanout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Messages to a room of many.")

    @OptionGroup var target: Target
    @Option(help: "Members of the room.") var members = 1000
    @Option(help: "Messages in flight.") var inFlight = 1
    @Option(help: "Seconds before it counts.") var warmUp = 2
    @Option(help: "Seconds that count.") var seconds = 10

    @Loop func run() async throws {
        let target = target
        let guest = try await Guest.arrive(at: target)
        let listeners = try await many(members) { _ in try await guest.listener(at: target) }
        let heard = Heard()
        let body =
            #"["chat:message",{"ticketId":"\#(guest.ticketID)","text":"\#(String(repeating: "x", count: 100))"}]"#
        let write = { guest.client.send("42\(guest.client.nextID())\(body)") }
        for listener in listeners {
            listener.onEvent = { packet in
                guard packet.readableBytesView.starts(with: #"["chat:message""#.utf8) else { return }
                heard.deliveries += 1
                // The next one goes out when everybody has heard as many as there may be in flight.
                if heard.deliveries % members == 0, !heard.hasEnded { write() }
            }
        }
        for _ in 0..<inFlight { write() }
        try await Task.sleep(for: .seconds(warmUp))
        let before = ServerUsage(pid: target.pid)
        let (start, first) = (now(), heard.deliveries)
        try await Task.sleep(for: .seconds(seconds))
        let after = ServerUsage(pid: target.pid)
        let (deliveries, seconds) = (heard.deliveries - first, Double(now() - start) / 1e9)
        heard.hasEnded = true
        var report = Report("fanout")
        report.add("members", Double(members))
        report.add("in flight", Double(inFlight))
        report.addRate("deliveries", count: deliveries, seconds: seconds, before, after)
        report.show(asJSON: target.json)
    }
}

/// Lives on the ``Loop``.
private final class Heard {
    var deliveries = 0
    var hasEnded = false
}
