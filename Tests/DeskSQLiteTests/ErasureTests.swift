import Desk
import DeskSQLite
import DeskStoreContract
import Foundation
import Synchronization
import Testing

struct ErasureTests {
    @Test func `nothing of an erased guest can be read in the files`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let bench = Bench(store: store)
        let guest = bench.guest("Ophelia-the-guest")
        let ticket = try await bench.ticket(by: guest, text: "the-secret-of-a-guest is rosebud")
        for number in 0..<300 {
            _ = try await bench.desk.postMessage(
                "the-secret-\(number) \(String(repeating: "x", count: 900))",
                to: ticket.id,
                by: guest
            )
        }
        _ = try await bench.ticket(by: bench.guest(), text: "what others wrote")
        #expect(try Self.count("the-secret", in: scratch) > 300)
        let agent = try await bench.agent()
        try await Self.eventually { try await !Self.finds("rosebud", bench, agent).isEmpty }
        _ = try await bench.desk.erase(ticket.customerID, by: .commandLine)
        #expect(try Self.count("the-secret", in: scratch) == 0)
        #expect(try Self.count("Ophelia-the-guest", in: scratch) == 0)
        #expect(try Self.count("what others wrote", in: scratch) > 0)
        // The words of the index are merged away behind the answer.
        #expect(try await Self.finds("rosebud", bench, agent).isEmpty)
        try await Self.eventually { try Self.count("osebud", in: scratch) == 0 }
        store.close()
        #expect(scratch.reports.count == 0)
    }

    @Test func `what is erased while other words are being merged away is merged away, too`() async throws {
        let scratch = try Scratch()
        let commits = Atomic(0)
        let store = try SQLiteStore(
            path: scratch.databasePath,
            migrates: true,
            onCommit: { _, _ in commits.add(1, ordering: .relaxed) },
            report: scratch.reports.add
        )
        let bench = Bench(store: store)
        let (first, second, agent) = (bench.guest(), bench.guest(), try await bench.agent())
        _ = try await bench.ticket(by: first, text: "kane")
        _ = try await bench.ticket(by: second, text: "rosebud")
        // Words enough that to merge them takes several writes.
        let ticket = try await bench.ticket(by: bench.guest())
        for _ in 0..<1000 {
            let words = (0..<20).map { _ in bench.newID() }
            _ = try await bench.desk.postMessage(words.joined(separator: " "), to: ticket.id, by: agent)
        }
        _ = try await bench.ticket(by: bench.guest(), text: "the last")
        try await Self.eventually { try await !Self.finds("the last", bench, agent).isEmpty }
        let before = commits.load(ordering: .relaxed)
        _ = try await bench.desk.erase(Guest.ID(rawValue: first.userID), by: .commandLine)
        // The erasure was one, the beginning of the merge is another.
        while commits.load(ordering: .relaxed) < before + 2 { await Task.yield() }
        _ = try await bench.desk.erase(Guest.ID(rawValue: second.userID), by: .commandLine)
        try await Self.eventually { try Self.count("osebud", in: scratch) == 0 }
        store.close()
        #expect(scratch.reports.count == 0)
    }

    @Test func `what was written over before an erasure cannot be read after it either`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let bench = Bench(store: store)
        let first = try await bench.ticket(by: bench.guest(), text: "somebody else")
        _ = try await bench.desk.erase(first.customerID, by: .commandLine)
        // Texts in the rows of tickets and guests that are replaced by others, some of them shorter.
        var guests: [Principal] = []
        for number in 0..<40 {
            let guest = bench.guest("Ophelia-\(number) \(String(repeating: "n", count: number * 4))")
            let ticket = try await bench.ticket(
                by: guest,
                text: "the-secret-\(number) \(String(repeating: "x", count: 90))"
            )
            for text in ["the-secret is short", "the-secret \(String(repeating: "y", count: 100))", "no more"] {
                _ = try await bench.desk.postMessage(text, to: ticket.id, by: guest)
            }
            _ = try await bench.desk.updateGuest(name: "Nobody", email: nil, by: guest)
            guests.append(guest)
        }
        #expect(try Self.count("the-secret", in: scratch) > 0)
        for guest in guests { _ = try await bench.desk.erase(Guest.ID(rawValue: guest.userID), by: .commandLine) }
        #expect(try Self.count("the-secret", in: scratch) == 0)
        #expect(try Self.count("Ophelia", in: scratch) == 0)
        store.close()
        #expect(scratch.reports.count == 0)
    }

    private static func finds(_ text: String, _ bench: Bench, _ agent: Principal) async throws -> [SearchFind] {
        let query = try SearchQuery(query: text, status: nil, limit: nil, cursor: nil)
        return try await bench.desk.search(query, for: agent).finds
    }

    private static func eventually(_ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while try await !isSo() {
            guard ContinuousClock.now < deadline else {
                Issue.record("it never came true")
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// How often `text` stands in the database and its log.
    private static func count(_ text: String, in scratch: Scratch) throws -> Int {
        try scratch.snapshot().values
            .reduce(0) { total, bytes in
                var (found, start) = (0, bytes.startIndex)
                while let range = bytes.range(of: Data(text.utf8), in: start..<bytes.endIndex) {
                    (found, start) = (found + 1, range.upperBound)
                }
                return total + found
            }
    }
}
