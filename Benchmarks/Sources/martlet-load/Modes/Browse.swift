import ArgumentParser
import Histogram
import NIOCore

/// Agents who look through the tickets of a large file, without writing.
struct Browse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Agents turn the pages of the list, open tickets, read their history and search."
    )

    @OptionGroup var target: Target
    @Option(help: "Agents, each with one request at a time.") var agents = 2
    @Option(help: "The agents' Cookie header.") var cookie: String
    @Option(help: "Pages of 50 tickets that an agent turns before beginning anew.") var pages = 200
    @Option(help: "Words to search for.") var query = "order"
    @OptionGroup var times: Times

    @Loop func run() async throws {
        let (target, cookie, pages, query) = (target, cookie, pages, query)
        let readers = try await many(agents) { _ in
            try await Client.connect(to: target, auth: "{}", cookie: cookie)
        }
        let reading = Reading(query: query)
        let looking = readers.map { reader in
            Task { @Loop in
                while !reading.tally.hasEnded { try await reading.look(pages: pages, as: reader) }
            }
        }
        let stretch = try await times.pass(at: target) { reading.tally.begin() }
        reading.tally.end()
        for look in looking { try await look.value }
        var report = Report("browse")
        report.add("agents", Double(agents))
        report.addRate("requests", count: reading.tally.count, in: stretch)
        for (name, latencies) in reading.latencies.sorted(by: { $0.key < $1.key }) {
            report.addLatencies(name, latencies)
        }
        report.show(asJSON: target.json)
    }
}

/// Lives on the ``Loop``.
private final class Reading {
    let tally = Tally()
    private(set) var latencies: [String: Histogram<UInt32>] = [:]
    private let query: String

    init(query: String) {
        self.query = query
    }

    /// From the newest ticket on; of each page, some tickets.
    @Loop func look(pages: Int, as agent: Client) async throws {
        var cursor = ""
        for _ in 0..<pages where !tally.hasEnded {
            let page = try await timed(agent, "ticket:list", #"{"status":"all","limit":50\#(cursor)}"#)
            for id in page.allQuoted(after: #""ticketId":""#).shuffled().prefix(3) {
                let ticket = #""ticketId":"\#(id)""#
                _ = try await timed(agent, "ticket:join", "{\(ticket)}")
                _ = try await timed(agent, "chat:history", #"{\#(ticket),"beforeSeq":1000}"#)
                _ = try await agent.request("room:leave", "{\(ticket)}")
            }
            let words = "\(query) \(Int.random(in: 0..<100_000))"
            _ = try await timed(agent, "ticket:search", #"{"query":"\#(words)"}"#)
            guard let next = page.quoted(after: #""next":""#) else { return }
            cursor = #","cursor":"\#(next)""#
        }
    }

    @Loop private func timed(_ agent: Client, _ event: String, _ payload: String) async throws -> ByteBuffer {
        let start = now()
        let answer = try await agent.request(event, payload)
        tally.note()
        if tally.counts { latencies[event, default: makeLatencies()].record(since: start) }
        return answer
    }
}
