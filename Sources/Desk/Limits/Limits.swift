/// How much of everything one guest, agent, socket or address may ask for. Bounds on sizes are not here:
/// they hold always.
package struct Limits: Sendable, Equatable {
    /// Per guest: messages, and whatever else a guest does that others are told of.
    package var guestMessages = Rate(5, per: .seconds(1), burst: 30)
    /// Per agent: messages, and changes of tickets.
    package var agentMessages = Rate(20, per: .seconds(1), burst: 100)
    /// Open at a time, per guest.
    package var openTickets = 5
    /// New ones per guest. Counted in the store, at most ``CreationFacts/newestLimit`` of them.
    package var guestTickets = Rate(10, per: .seconds(3600))
    /// New ones per address.
    package var addressTickets = Rate(60, per: .seconds(3600))
    /// At a time, per guest.
    package var guestSockets = 10
    /// At a time, per agent.
    package var agentSockets = 50
    /// Of guests at a time, per address.
    package var addressSockets = 500
    /// New connections per address.
    package var handshakes = Rate(50, per: .seconds(1), burst: 200)
    /// Per socket: lists, history, joining.
    package var queries = Rate(20, per: .seconds(1), burst: 100)
    /// Per socket: typing, read positions, leaving.
    package var signals = Rate(20, per: .seconds(1), burst: 100)
    /// Requests over HTTP that change something, per address.
    package var posts = Rate(10, per: .seconds(1), burst: 100)

    /// The defaults.
    package init() {}

    /// What a guest may have of tickets.
    package var ticketQuota: TicketQuota {
        TicketQuota(open: openTickets, new: guestTickets)
    }
}

// MARK: - As text

extension Limits {
    /// Why a text is none: the end of a sentence about it.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    private static let rates: [String: any WritableKeyPath<Limits, Rate> & Sendable] = [
        "guest-messages": \.guestMessages, "agent-messages": \.agentMessages, "guest-tickets": \.guestTickets,
        "address-tickets": \.addressTickets, "handshakes": \.handshakes, "queries": \.queries, "signals": \.signals,
        "posts": \.posts,
    ]
    private static let counts: [String: any WritableKeyPath<Limits, Int> & Sendable] = [
        "open-tickets": \.openTickets, "guest-sockets": \.guestSockets, "agent-sockets": \.agentSockets,
        "address-sockets": \.addressSockets,
    ]

    /// Reads changes of the defaults, such as `guest-messages=10/s:60,open-tickets=20`.
    package init(changes text: String) throws(Failure) {
        self.init()
        for change in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = change.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trimmed)
            guard parts.count == 2 else { throw Failure(description: "'\(change)' is not NAME=VALUE") }
            try set(parts[0], to: parts[1])
        }
        guard guestTickets.burst <= CreationFacts.newestLimit else {
            throw Failure(description: "guest-tickets can be at most \(CreationFacts.newestLimit)")
        }
    }

    private mutating func set(_ name: String, to text: String) throws(Failure) {
        if let path = Self.rates[name] {
            guard let rate = Rate(text) else {
                throw Failure(description: "\(name) must be a rate such as 5/s, 100/m or 5/s:30, and not '\(text)'")
            }
            self[keyPath: path] = rate
        } else if let path = Self.counts[name] {
            guard let count = Rate.count(text) else {
                throw Failure(description: "\(name) must be a number from 1 to 1000000, and not '\(text)'")
            }
            self[keyPath: path] = count
        } else {
            let names = (Self.rates.keys.sorted() + Self.counts.keys.sorted()).joined(separator: ", ")
            throw Failure(description: "there is no limit '\(name)', only \(names)")
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

extension Rate {
    /// Reads `5/s`, `100/m`, `10/h`, and `5/s:30` with the burst.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rate = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let periods: [Substring: Duration] = ["s": .seconds(1), "m": .seconds(60), "h": .seconds(3600)]
        guard rate.count == 2, let count = Self.count(rate[0]), let period = periods[rate[1]] else { return nil }
        let burst = parts.count == 2 ? Self.count(parts[1]) : count
        guard let burst else { return nil }
        self.init(count, per: period, burst: burst)
    }

    fileprivate static func count(_ text: some StringProtocol) -> Int? {
        guard (1...7).contains(text.utf8.count), text.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(text),
            (1...1_000_000).contains(count)
        else { return nil }
        return count
    }
}
