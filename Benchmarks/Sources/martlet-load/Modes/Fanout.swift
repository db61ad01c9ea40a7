import ArgumentParser
import NIOCore

/// One writes, a whole room hears it.
struct Fanout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Messages to a room of many.")

    @OptionGroup var target: Target
    @Option(help: "Members of the room.") var members = 1000
    @Option(help: "Messages in flight.") var inFlight = 1
    @OptionGroup var times: Times

    @Loop func run() async throws {
        let target = target
        let guest = try await Guest.arrive(at: target)
        let listeners = try await many(members) { _ in try await guest.listener(at: target) }
        let tally = Tally()
        var heard = 0
        let body =
            #"["chat:message",{"ticketId":"\#(guest.ticketID)","text":"\#(String(repeating: "x", count: 100))"}]"#
        let write = { guest.client.send("42\(guest.client.nextID())\(body)") }
        for listener in listeners {
            listener.onEvent = { packet in
                guard packet.readableBytesView.starts(with: #"["chat:message""#.utf8) else { return }
                tally.note()
                heard += 1
                // The next one goes out when everybody has heard as many as there may be in flight.
                if heard % members == 0, !tally.hasEnded { write() }
            }
        }
        for _ in 0..<inFlight { write() }
        let stretch = try await times.pass(at: target) { tally.begin() }
        tally.end()
        var report = Report("fanout")
        report.add("members", Double(members))
        report.add("in flight", Double(inFlight))
        report.addRate("deliveries", count: tally.count, in: stretch)
        report.show(asJSON: target.json)
    }
}
