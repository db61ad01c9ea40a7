import Desk
import Testing

extension StoreContract {
    static let settingsRules = [
        StoreRule("the word filter is off until one is set, and comes back as it was set") { bench in
            #expect(try await bench.desk.storedWordFilter() == .off)
            for filter in [
                try WordFilter(mode: .mask, words: ["one", "two words", "\u{E4}"]),
                try WordFilter(mode: .off, words: []),
            ] {
                try await bench.desk.setWordFilter(filter, by: .commandLine)
                #expect(try await bench.desk.storedWordFilter() == filter)
            }
        },
        StoreRule("tickets are kept for 365 days until an admin says otherwise") { bench in
            let (admin, agent) = (try await bench.agent("root", role: .admin), try await bench.agent())
            #expect(try await bench.desk.storedRetention() == .standard)
            for days in [30, 0, 36_500] {
                try await bench.desk.setRetention(Retention(days: days), by: admin)
                #expect(try await bench.desk.storedRetention().days == days)
            }
            await #expect(throws: DeskError.forbidden) { try await bench.desk.setRetention(.standard, by: agent) }
            await #expect(throws: DeskError.forbidden) { try await bench.desk.setWordFilter(.off, by: agent) }
        },
        StoreRule("a filter masks or refuses messages and subjects, but no retry of what is stored") { bench in
            let (guest, key) = (bench.guest(), try ClientID("c"))
            let ticket = try await bench.ticket(by: guest)
            let masking = bench.desk(with: try WordFilter(mode: .mask, words: ["bad"]))
            let refusing = bench.desk(with: try WordFilter(mode: .refuse, words: ["bad"]))
            #expect(try await masking.postMessage("so bad", to: ticket.id, by: guest).text == "so ***")
            #expect(try await masking.createTicket(subject: "Bad!", by: guest).ticket.subject == "***!")
            await #expect(throws: DeskError.invalid(field: "text")) {
                try await refusing.postMessage("bad", to: ticket.id, by: guest)
            }
            await #expect(throws: DeskError.invalid(field: "subject")) {
                try await refusing.createTicket(subject: "bad", by: guest)
            }
            await #expect(throws: DeskError.invalid(field: "text")) {
                try await refusing.createTicket(text: "bad", by: guest)
            }
            let stored = try await bench.desk.postMessage("bad", to: ticket.id, clientID: key, by: guest)
            #expect(try await refusing.postMessage("bad", to: ticket.id, clientID: key, by: guest) == stored)
        },
    ]
}
