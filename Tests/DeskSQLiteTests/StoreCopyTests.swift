package import Desk
import DeskStoreContract
import Testing

@testable import DeskSQLite

/// A target that takes no conversations, for all the rest.
extension SQLiteStore: RecordTarget {
    package func insert(_ records: [StoredRecord], of kind: StoredRecord.Kind) async throws(DeskError) {}
}

struct StoreCopyTests {
    private static let now = Timestamp(milliseconds: 1_790_000_000_500)

    /// Accounts with a second factor, a link, and logins that go on and that have ended; sites, replies, settings.
    private static func fill(_ store: SQLiteStore) async throws -> Bench {
        let bench = Bench(store: store)
        let desk = bench.desk
        let root = try await bench.account("root", role: .admin)
        let ada = try await bench.account("ada")
        _ = try await desk.beginSession(of: ada, browser: "Firefox")
        let ended = try await desk.beginSession(of: root)
        try await desk.endSession(ended.id, because: .logout)
        let admin = root.principal
        let hash = PasswordLink.TokenHash(rawValue: "hash")
        _ = try await desk.invite(username: "grace", name: "Grace", role: .agent, tokenHash: hash, by: admin)
        let profile = try SiteProfile(
            name: "Shop",
            origins: [],
            appearance: SiteAppearance(color: "#a0b1c2", position: .left, greeting: "Hi", title: "Help"),
            hours: nil
        )
        let site = try await desk.createSite(profile, by: admin)
        _ = try await desk.setSecret("sealed", of: site.id, by: admin)
        _ = try await desk.saveCannedReply(nil, title: "thanks", text: "Thank you", by: admin)
        try await desk.setWordFilter(WordFilter(mode: .mask, words: ["word"]), by: .commandLine)
        return bench
    }

    private static func withStores(_ body: (SQLiteStore, SQLiteStore) async throws -> Void) async throws {
        let (one, other) = (try Scratch(), try Scratch())
        let (source, target) = (try one.store(), try other.store())
        try await body(source, target)
        source.close()
        target.close()
    }

    @Test func `all but the conversations is copied, also by a copy that is made again`() async throws {
        try await Self.withStores { source, target in
            _ = try await Self.fill(source)
            let copy = StoreCopy(from: source, to: target, at: Self.now)
            for _ in 0..<2 { try await copy.copy { _, _ in } }
            let counts = Dictionary(uniqueKeysWithValues: try await copy.verify().map { ($0.name, $0.count) })
            #expect(
                (counts["accounts"], counts["links"], counts["logins"]) == (3, 1, 1),
                "a login that is over stays behind"
            )
            #expect((counts["sites"], counts["canned replies"], counts["message"]) == (1, 1, 0))
            // The one setting that is not the default, told of once.
            let audit = try await target.auditRecords(try AuditQuery(limit: 200), limit: 200)
            #expect(audit.count == (counts["audit"] ?? 0) + 1)
            #expect(audit.first?.entry == AuditEntry(.wordFilter, by: .commandLine, at: Self.now))
        }
    }

    @Test func `what is missing or other is found`() async throws {
        try await Self.withStores { source, target in
            let bench = try await Self.fill(source)
            let copy = StoreCopy(from: source, to: target, at: Self.now)
            await #expect(throws: StoreCopy.Failure.different("accounts")) { _ = try await copy.verify() }
            _ = try await bench.ticket(by: bench.guest("Ada"), text: "hello")
            try await copy.copy { _, _ in }
            await #expect(throws: StoreCopy.Failure.different("guest")) { _ = try await copy.verify() }
        }
    }

    @Test func `conversations are read in the order of their keys, each once`() async throws {
        try await Self.withStores { source, _ in
            let bench = Bench(store: source)
            let agent = try await bench.agent()
            for name in ["Ada", "Bob", "Cy"] {
                let guest = bench.guest(name)
                let ticket = try await bench.ticket(by: guest, text: "hello")
                for index in 0..<4 { _ = try await bench.desk.postMessage("\(index)", to: ticket.id, by: guest) }
                _ = try await bench.desk.addNote("note", to: ticket.id, by: agent)
            }
            let expected: [(StoredRecord.Kind, Int)] = [
                (.guest, 3), (.retiredGuest, 0), (.message, 15), (.note, 3), (.ticket, 3), (.lastNumber, 1),
            ]
            for (kind, count) in expected {
                var (found, key) = ([StoredRecord](), StoredRecord.Key.first)
                while let page = try? await source.records(kind, after: key, limit: 2), let last = page.last {
                    found += page
                    key = last.key
                }
                #expect(found.count == count)
                #expect(Set(found.map(\.key)).count == count)
            }
        }
    }
}
