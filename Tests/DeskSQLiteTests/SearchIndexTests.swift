import Desk
import DeskStoreContract
import GRDB
import Testing

@testable import DeskSQLite

struct SearchIndexTests {
    @Test func `an index filled message by message has few segments, and finds all`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        store.indexing.stop()
        let bench = Bench(store: store)
        let guest = bench.guest()
        let ticket = try await bench.ticket(by: guest)
        try await Self.indexAll(store)
        // Without merges each would be a segment; at 16 the index merges all at once.
        for number in 1...15 {
            _ = try await bench.desk.postMessage("word\(number) everywhere", to: ticket.id, by: guest)
            try await Self.indexAll(store)
        }
        #expect(try await Self.segmentCount(store) <= 8)
        let agent = try await bench.agent()
        for text in (1...15).map({ "word\($0)" }) {
            let query = try SearchQuery(query: text + " everywhere", status: nil, limit: nil, cursor: nil)
            #expect(try await bench.desk.search(query, for: agent).finds.count == 1, "\(text)")
        }
        store.close()
    }

    @Test func `a part that leaves off goes on where it was, and everybody's tickets get their turn`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        store.indexing.stop()
        let bench = Bench(store: store)
        let (first, second) = (bench.guest(), bench.guest())
        let (long, short) = (try await bench.ticket(by: first), try await bench.ticket(by: second))
        try await Self.indexAll(store)
        for number in 1...5 { _ = try await bench.desk.postMessage("long \(number)", to: long.id, by: first) }
        _ = try await bench.desk.postMessage("short", to: short.id, by: second)
        // One place, then it is enough.
        #expect(try await Self.addPart(store, places: 1))
        #expect(try await Self.found(store) == ["long 1"])
        #expect(try await Self.addPart(store, places: 3))
        #expect(try await Self.found(store) == ["long 1", "long 2", "long 3", "long 4"])
        // Who writes on meanwhile keeps the place, and is then behind the others.
        #expect(try await Self.addPart(store, places: 1))
        _ = try await bench.desk.postMessage("long 6", to: long.id, by: first)
        #expect(try await Self.addPart(store, places: 1))
        #expect(try await Self.found(store).last == "short")
        try await Self.indexAll(store)
        #expect(try await Self.found(store).last == "long 6")
        #expect(try await Self.count("searchQueue", store) == 0)
        store.close()
    }

    @Test func `what a part left off at is not passed over, if there is time again in the middle`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        store.indexing.stop()
        let bench = Bench(store: store)
        let guest = bench.guest()
        let ticket = try await bench.ticket(by: guest)
        try await Self.indexAll(store)
        for number in 1...3 { _ = try await bench.desk.postMessage("long \(number)", to: ticket.id, by: guest) }
        try await store.pool.write { db in
            var asked = 0
            _ = try SearchIndex.addPart(in: db) {
                asked += 1
                return asked == 2
            }
        }
        try await Self.indexAll(store)
        #expect(try await Self.found(store) == ["long 1", "long 2", "long 3"])
        store.close()
    }

    @Test func `an erased ticket leaves the queue`() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        store.indexing.stop()
        let bench = Bench(store: store)
        let ticket = try await bench.ticket(by: bench.guest(), text: "not indexed yet")
        #expect(try await Self.count("searchQueue", store) == 1)
        _ = try await bench.desk.erase(ticket.customerID, by: .commandLine)
        #expect(try await Self.count("searchQueue", store) == 0)
        try await Self.indexAll(store)
        store.close()
        #expect(scratch.reports.count == 0)
    }

    // MARK: - What the indexing thread would do

    private static func indexAll(_ store: SQLiteStore) async throws {
        try await store.pool.write { db in
            while try SearchIndex.addPart(in: db) {}
        }
        // Each step of merging counts as one only when it is committed.
        while try await store.pool.write({ try SearchIndex.merge(in: $0) }) {}
    }

    /// - Returns: Whether more is left.
    private static func addPart(_ store: SQLiteStore, places: Int) async throws -> Bool {
        try await store.pool.write { db in
            let before = try Self.count("searchPlaces", db)
            var failure: (any Error)?
            let isMoreLeft = try SearchIndex.addPart(in: db) {
                do {
                    return try Self.count("searchPlaces", db) >= before + places
                } catch {
                    failure = error
                    return true
                }
            }
            if let failure { throw failure }
            return isMoreLeft
        }
    }

    /// The messages that are indexed, in the order in which that was done, without the ones that tickets begin with.
    private static func found(_ store: SQLiteStore) async throws -> [String] {
        try await store.pool.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT text FROM searchPlaces p JOIN messages m ON m.ticketRow = p.ticketRow AND m.seq = p.seq
                    WHERE p.kind = 'message' AND (text LIKE 'long%' OR text LIKE 'short%') ORDER BY p.row
                    """
            )
        }
    }

    private static func segmentCount(_ store: SQLiteStore) async throws -> Int {
        try await store.pool.read { try Int.fetchOne($0, sql: "SELECT count(DISTINCT segid) FROM search_idx") ?? 0 }
    }

    private static func count(_ table: String, _ store: SQLiteStore) async throws -> Int {
        try await store.pool.read { try Self.count(table, $0) }
    }

    private static func count(_ table: String, _ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
    }
}
