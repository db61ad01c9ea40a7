#if MongoDB
import Desk
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    /// Sites, canned replies and what else is set for everybody.
    @Suite(.timeLimit(.minutes(1)))
    struct SettingWriteTests {
        private static let now = AccountScene.now

        private static func entry(_ action: AuditAction) -> AuditEntry {
            AuditEntry(action, by: .commandLine, at: now)
        }

        private static func create(_ id: String, on store: MongoStore) async throws(DeskError) {
            _ = try await store.changeSite(Site.ID(rawValue: id)) { old throws(DeskError) in
                guard old == nil else { throw .conflict }
                let site = Site(id: Site.ID(rawValue: id), profile: Site.initial.profile, createdAt: now)
                return Audited(site, entry(.siteCreated))
            }
        }

        private static func delete(_ id: String, on store: MongoStore) async throws(DeskError) {
            try await store.deleteSite(Site.ID(rawValue: id)) { _ in entry(.siteDeleted) }
        }

        private static func save(_ id: String, on store: MongoStore) async throws(DeskError) {
            try await store.changeCannedReplies(publish: { _ in }) { _ in
                let reply = CannedReply(id: CannedReply.ID(rawValue: id), title: id, text: id, updatedAt: now)
                return CannedReplyDecision(.save(reply), events: [], audit: entry(.cannedReplyCreated))
            }
        }

        @Test func `sites and canned replies that two nodes make at once are all there, each told of once`()
            async throws
        {
            try await AccountScene.with { scene, client in
                let node = try await scene.other(client)
                let ids = (0..<20).map { "\($0)" }
                try await withThrowingTaskGroup { group in
                    for (index, id) in ids.enumerated() {
                        let store = index % 2 == 0 ? scene.store : node.store
                        group.addTask { try await Self.create(id, on: store) }
                        group.addTask { try await Self.save(id, on: store) }
                    }
                    try await group.waitForAll()
                }
                #expect(try await Set(node.store.sites().map(\.id.rawValue)) == Set(ids))
                #expect(try await Set(node.store.cannedReplies().map(\.id.rawValue)) == Set(ids))
                let told = try await node.audit()
                #expect(told.filter { $0 == .siteCreated }.count == 20)
                #expect(told.filter { $0 == .cannedReplyCreated }.count == 20)
                #expect(try await node.waitingAudit() == 0)
            }
        }

        @Test func `of many who delete a site at once, one has and tells of it`() async throws {
            try await AccountScene.with { scene, client in
                let node = try await scene.other(client)
                try await Self.create("shop", on: scene.store)
                let deleted = await withTaskGroup(of: Bool.self) { group in
                    for index in 0..<8 {
                        group.addTask {
                            do throws(DeskError) {
                                try await Self.delete("shop", on: index % 2 == 0 ? scene.store : node.store)
                                return true
                            } catch {
                                #expect(error == .notFound)
                                return false
                            }
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(deleted == 1)
                #expect(try await node.store.sites().isEmpty)
                #expect(try await node.audit() == [.siteCreated, .siteDeleted])
            }
        }

        @Test(arguments: [.auditCopied, .auditTaken] as [MongoStore.GuestStep])
        func `a crash after a site is deleted leaves no site, and is told of once`(
            crash: MongoStore.GuestStep
        ) async throws {
            try await AccountScene.with { scene, client in
                try await Self.create("shop", on: scene.store)
                await GuestScene.crash(at: crash) { try await Self.delete("shop", on: scene.store) }
                let node = try await scene.other(client)
                #expect(try await node.store.sites().isEmpty)
                await #expect(throws: DeskError.notFound) { try await Self.delete("shop", on: node.store) }
                // Written by another before anybody has read the log.
                try await Self.create("second", on: node.store)
                #expect(
                    try await node.audit().sorted { $0.rawValue < $1.rawValue } == [
                        .siteCreated, .siteCreated, .siteDeleted,
                    ]
                )
                #expect(try await node.waitingAudit() == 0)
            }
        }

        private static let faults: [BSONDocument] = [
            ["closeConnection": true], ["writeConcernError": ["code": 64, "errmsg": "waiting timed out"]],
        ]

        @Test(arguments: ["findAndModify", "insert"] as [BSONValue], faults)
        func `a write whose outcome is unknown is done and told of once`(
            command: BSONValue,
            fault: BSONDocument
        ) async throws {
            try await AccountScene.with { scene, _ in
                let store = scene.store
                try await Deployment.fail(command, fault)
                try await Self.create("shop", on: store)
                try await Deployment.fail(command, fault)
                try await Self.save("hello", on: store)
                let filter = try WordFilter(mode: .mask, words: ["bad"])
                try await Deployment.fail(command, fault)
                try await store.setWordFilter(filter, audit: Self.entry(.wordFilter))
                try await Deployment.fail(command, fault)
                try await store.setRetention(Retention(days: 7), audit: Self.entry(.retention))
                try await Deployment.fail(command, fault)
                try await Self.delete("shop", on: store)
                #expect(try await store.sites().isEmpty)
                #expect(try await store.cannedReplies().map(\.id.rawValue) == ["hello"])
                #expect(try await store.wordFilter() == filter)
                #expect(try await store.retention() == Retention(days: 7))
                // One that could not be copied at once comes after others.
                #expect(
                    try await scene.audit().map(\.rawValue).sorted() == [
                        "canned_reply.created", "settings.retention", "settings.word_filter", "site.created",
                        "site.deleted",
                    ]
                )
            }
        }
    }
}
#endif
