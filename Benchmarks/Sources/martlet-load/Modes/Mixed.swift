import ArgumentParser
import Histogram
import NIOCore

/// The day of a help desk, without the breaks.
struct Mixed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Guests come, type, write, read and leave; agents list, join, answer and close."
    )

    @OptionGroup var target: Target
    @Option(help: "Guests at a time; who leaves is followed by another.") var guests = 50
    @Option(help: "Messages of a guest, each answered by an agent.") var messages = 5
    @Option(help: "Agents; with --cookie.") var agents = 4
    @Option(help: "The agents' Cookie header. Default: nobody answers, and guests end their tickets.")
    var cookie: String?
    @OptionGroup var times: Times

    @Loop func run() async throws {
        let (target, cookie) = (target, cookie)
        let colleagues = try await many(cookie == nil ? 0 : agents) { _ in
            try await Client.connect(to: target, auth: "{}", cookie: cookie)
        }
        let day = Day(target: target, agents: colleagues, messages: messages)
        let visits = (0..<guests)
            .map { number in
                Task { @Loop in
                    while !day.tally.hasEnded { try await day.visit(number) }
                }
            }
        let stretch = try await times.pass(at: target) { day.tally.begin() }
        day.tally.end()
        for visit in visits { try await visit.value }
        var report = Report("mixed")
        report.add("guests", Double(guests))
        report.add("agents", Double(colleagues.count))
        report.addRate("events", count: day.tally.count, in: stretch)
        report.add("visits", Double(day.finishedVisits) / stretch.seconds, "/s")
        report.addLatencies("message", day.latencies)
        report.show(asJSON: target.json)
    }
}

/// Lives on the ``Loop``.
private final class Day {
    /// Of events.
    let tally = Tally()
    private(set) var finishedVisits = 0
    private(set) var latencies = makeLatencies()
    private let target: Target
    private let agents: [Client]
    private let messages: Int

    init(target: Target, agents: [Client], messages: Int) {
        self.target = target
        self.agents = agents
        self.messages = messages
    }

    /// One guest from their coming to their going.
    @Loop func visit(_ number: Int) async throws {
        let guest = try await Client.connect(to: target, auth: #"{"guestToken":""}"#)
        let created = try await done(guest, "ticket:create", #"{"subject":"load","text":"Good morning"}"#)
        guard let id = created.quoted(after: #""ticketId":""#) else { throw LoadFailure("a ticket without an id") }
        let ticket = #""ticketId":"\#(id)""#
        let agent = agents.isEmpty ? nil : agents[number % agents.count]
        if let agent {
            _ = try await done(agent, "ticket:list", "{}")
            _ = try await done(agent, "ticket:join", "{\(ticket)}")
        }
        var seq = 1
        for _ in 0..<messages {
            try await say(guest, ticket)
            seq += 1
            if let agent {
                _ = try await done(agent, "chat:read", #"{\#(ticket),"seq":\#(seq)}"#)
                try await say(agent, ticket)
                seq += 1
            }
            _ = try await done(guest, "chat:read", #"{\#(ticket),"seq":\#(seq)}"#)
        }
        if let agent {
            _ = try await done(agent, "ticket:close", "{\(ticket)}")
            _ = try await done(agent, "room:leave", "{\(ticket)}")
        } else {
            _ = try await done(guest, "ticket:mine", "{}")
            _ = try await done(guest, "ticket:end", "{\(ticket)}")
        }
        guest.close()
        if tally.counts { finishedVisits += 1 }
    }

    @Loop private func say(_ who: Client, _ ticket: String) async throws {
        _ = try await done(who, "chat:typing", "{\(ticket),\"typing\":true}")
        let start = now()
        _ = try await done(who, "chat:message", #"{\#(ticket),"text":"\#(String(repeating: "x", count: 100))"}"#)
        if tally.counts { latencies.record(since: start) }
    }

    @Loop private func done(_ who: Client, _ event: String, _ payload: String) async throws -> ByteBuffer {
        let answer = try await who.request(event, payload)
        tally.note()
        return answer
    }
}
