import ArgumentParser
import NIOCore

/// Guests whose network lets no WebSocket through.
struct Polling: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Messages of guests over HTTP long polling.")

    @OptionGroup var target: Target
    @Option(help: "Guests, each with a ticket and one message in flight.") var connections = 100
    @OptionGroup var times: Times

    @Loop func run() async throws {
        let target = target
        let clients = try await many(connections) { _ in
            try await PollingClient.connect(to: target, auth: #"{"guestToken":""}"#)
        }
        let tally = Tally()
        let writers = clients.map { client in
            Task { @Loop in
                let ticket = ByteBuffer(string: try await client.request("ticket:create", #"{"subject":"load"}"#))
                guard let id = ticket.quoted(after: #""ticketId":""#) else { throw LoadFailure("no ticket id") }
                let payload = #"{"ticketId":"\#(id)","text":"\#(String(repeating: "x", count: 100))"}"#
                while !tally.hasEnded {
                    _ = try await client.request("chat:message", payload)
                    tally.note()
                }
            }
        }
        var requests = 0
        let stretch = try await times.pass(at: target) {
            tally.begin()
            requests = clients.reduce(0) { $0 + $1.requests }
        }
        requests = clients.reduce(0) { $0 + $1.requests } - requests
        tally.end()
        for writer in writers { try await writer.value }
        var report = Report("polling")
        report.add("guests", Double(connections))
        report.addRate("acks", count: tally.count, in: stretch)
        report.add("requests", Double(requests) / stretch.seconds, "/s")
        report.show(asJSON: target.json)
    }
}
