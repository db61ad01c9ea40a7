#if MongoDB
import Desk
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(1)))
    struct AuditTests {
        /// A store with a guest whose erasure has been committed and told of nowhere but in its own document.
        private static func withErasure(
            _ body: (GuestScene, MongoClient) async throws -> Void
        ) async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                await GuestScene.crash(at: .erasing) { try await erase(on: scene) }
                try await body(scene, client)
            }
        }

        private static func erase(on scene: GuestScene) async throws {
            _ = try await scene.store.erase(GuestScene.came) { _ in
                AuditEntry(.guestErased, on: .guest(GuestScene.came), by: .commandLine, at: GuestScene.now)
            }
        }

        private static func actions(_ store: MongoStore) async throws -> [AuditAction] {
            try await store.auditRecords(AuditQuery(), limit: AuditQuery.maximumLimit).map(\.entry.action)
        }

        @Test(arguments: [.auditCopied, .auditTaken] as [MongoStore.GuestStep])
        func `a crash while an entry is copied loses nothing and tells nothing twice`(
            crash: MongoStore.GuestStep
        ) async throws {
            try await Self.withErasure { scene, client in
                await GuestScene.crash(at: crash) { _ = try await Self.actions(scene.store) }
                let node = try await scene.other(client)
                #expect(try await Self.actions(node.store) == [.guestErased])
                #expect(try await Self.actions(scene.store) == [.guestErased])
                #expect(try await node.store.database.count(in: "guests", AuditDocuments.waiting) == 0)
            }
        }

        @Test func `readers who come at once find each entry once`() async throws {
            try await Self.withErasure { scene, client in
                let node = try await scene.other(client)
                try await withThrowingTaskGroup(of: [AuditAction].self) { group in
                    for index in 0..<8 {
                        group.addTask { try await Self.actions(index % 2 == 0 ? scene.store : node.store) }
                    }
                    for try await actions in group { #expect(actions == [.guestErased]) }
                }
            }
        }

        @Test func `nothing of an erased guest waits for the log when MongoDB takes the rest away`() async throws {
            try await GuestScene.with { scene, _ in
                try await scene.fill()
                try await Self.erase(on: scene)
                #expect(try await scene.count(in: "guests", having: "audit") == 0)
                #expect(try await scene.store.database.count(in: AuditDocuments.collection, [:]) == 1)
            }
        }

        @Test func `an entry of a run is copied with it`() async throws {
            try await GuestScene.with { scene, _ in
                try await scene.fill()
                let moment = GuestScene.now.advanced(by: .seconds(1))
                _ = try await scene.store.eraseTickets(closedBefore: moment, limit: 5) { _ in
                    AuditEntry(.ticketsExpired, by: .system, at: moment)
                }
                #expect(try await scene.store.database.count(in: AuditDocuments.collection, [:]) == 1)
                #expect(try await Self.actions(scene.store) == [.ticketsExpired])
            }
        }

        @Test func `entries are read by number, and of one action`() async throws {
            try await GuestScene.with { scene, _ in
                for action in [.backupMade, .secretRotated, .backupMade] as [AuditAction] {
                    try await scene.store.record(AuditEntry(action, by: .commandLine, at: GuestScene.now))
                }
                let all = try await scene.store.auditRecords(AuditQuery(), limit: 2)
                #expect(all.map(\.entry.action) == [.backupMade, .secretRotated])
                let rest = try AuditQuery(cursor: all.last.map { "\($0.number)" }, action: "backup.made")
                #expect(try await scene.store.auditRecords(rest, limit: 2).map(\.entry.action) == [.backupMade])
            }
        }
    }
}
#endif
