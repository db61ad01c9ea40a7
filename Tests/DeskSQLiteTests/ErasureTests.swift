import Desk
import DeskSQLite
import DeskStoreContract
import Foundation
import Testing

struct ErasureTests {
    @Test func `nothing of an erased guest can be read in the files`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let bench = Bench(store: store)
        let guest = bench.guest("Ophelia-the-guest")
        let ticket = try await bench.ticket(by: guest, text: "the-secret-of-a-guest")
        for number in 0..<300 {
            _ = try await bench.desk.postMessage(
                "the-secret-\(number) \(String(repeating: "x", count: 900))",
                to: ticket.id,
                by: guest
            )
        }
        _ = try await bench.ticket(by: bench.guest(), text: "what others wrote")
        #expect(try Self.count("the-secret", in: scratch) > 300)
        _ = try await bench.desk.erase(ticket.customerID, by: .commandLine)
        #expect(try Self.count("the-secret", in: scratch) == 0)
        #expect(try Self.count("Ophelia-the-guest", in: scratch) == 0)
        #expect(try Self.count("what others wrote", in: scratch) > 0)
        store.close()
        #expect(scratch.reports.count == 0)
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
