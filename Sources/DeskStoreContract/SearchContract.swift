import Desk
import Testing

extension StoreContract {
    static let searchRules = [
        StoreRule("what is written is found within a second by its words, whatever their case and accents") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest("Zo\u{EB} M\u{FC}ller"))
            let ticket = try await bench.desk.createTicket(subject: "Lost parcel", by: guest).ticket
            _ = try await bench.desk.postMessage("D\u{E9}j\u{E0} vu: the invoice-17 is late", to: ticket.id, by: guest)
            for query in ["deja vu", "D\u{C9}J\u{C0}", "the inv", "invoice-17", "17 late", "vu deja"] {
                #expect(try await bench.finds(query, as: agent) == [.message(seq: 1)], "\(query)")
            }
            for query in ["lost", "zoe", "parcel muller", "MULLER"] {
                #expect(try await bench.finds(query, as: agent) == [.ticket], "\(query)")
            }
            // Only the last word is a beginning.
            for query in ["invo late", "nothing", "deja nothing"] {
                #expect(try await bench.desk.search(bench.query(query), for: agent).finds.isEmpty, "\(query)")
            }
        },
        StoreRule("what somebody types is never syntax") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            _ = try await bench.ticket(by: guest, text: "fish or chips and \"quoted\" NEAR text:colon")
            #expect(try await bench.finds("\"quoted", as: agent) == [.message(seq: 1)])
            for query in [
                "fish OR chips", "fish -nothing", "chips AND fish", "NEAR(fish chips)", "text:colon", "fi*", "^fish",
            ] {
                _ = try await bench.desk.search(bench.query(query), for: agent)
            }
            #expect(try await bench.desk.search(bench.query("fish NOT chips"), for: agent).finds.isEmpty)
            #expect(try await bench.desk.search(bench.query("absent OR fish"), for: agent).finds.isEmpty)
        },
        StoreRule("what was written last comes first, page by page, and the status sorts out") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest())
            let first = try await bench.ticket(by: guest)
            for number in 1...7 {
                _ = try await bench.desk.postMessage("apple \(number)", to: first.id, by: guest)
                bench.advance(by: .seconds(1))
            }
            #expect(try await bench.finds("apple 7", as: agent) == [.message(seq: 7)])
            var seqs: [SearchFind.Place] = []
            var cursor: String?
            repeat {
                let query = try SearchQuery(query: "apple", status: nil, limit: 3, cursor: cursor)
                let page = try await bench.desk.search(query, for: agent)
                seqs += page.finds.map(\.place)
                cursor = page.next.map(String.init)
            } while cursor != nil
            #expect(seqs == (1...7).reversed().map { .message(seq: $0) })
            _ = try await bench.desk.close(first.id, by: agent)
            for (status, count) in [("open", 0), ("closed", 7), ("all", 7)] {
                let query = try SearchQuery(query: "apple", status: status, limit: nil, cursor: nil)
                #expect(try await bench.desk.search(query, for: agent).finds.count == count)
            }
        },
        StoreRule("what is erased is found no more, and guests find nothing") { bench in
            let (agent, guest) = (try await bench.agent(), bench.guest("Berta"))
            _ = try await bench.ticket(by: guest, text: "a secret wish")
            _ = try await bench.ticket(by: bench.guest(), text: "another wish")
            #expect(try await bench.finds("secret", as: agent).count == 1)
            #expect(try await bench.finds("another", as: agent).count == 1)
            _ = try await bench.desk.erase(Guest.ID(rawValue: guest.userID), by: .commandLine)
            for query in ["secret", "berta"] {
                #expect(try await bench.desk.search(bench.query(query), for: agent).finds.isEmpty)
            }
            #expect(try await bench.desk.search(bench.query("wish"), for: agent).finds.count == 1)
            await #expect(throws: DeskError.forbidden) { try await bench.desk.search(bench.query("wish"), for: guest) }
        },
    ]
}

extension Bench {
    fileprivate func query(_ text: String) throws -> SearchQuery {
        try SearchQuery(query: text, status: nil, limit: nil, cursor: nil)
    }

    /// Where the words are found, once they are; nothing after 10 s, for machines that are busy.
    fileprivate func finds(_ text: String, as agent: Principal) async throws -> [SearchFind.Place] {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            let page = try await desk.search(query(text), for: agent)
            guard page.finds.isEmpty else { return page.finds.map(\.place) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return []
    }
}
