#if MongoDB
import Desk
import Synchronization
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(2)))
    struct PlanTests {
        /// The commands of all that a desk does with tickets, guests, notes, the search and accounts.
        private static func commands(on scene: GuestScene) async throws -> [BSONDocument] {
            let heard = Mutex<[BSONDocument]>([])
            try await MongoClient.$heard.withValue({ command in heard.withLock { $0.append(command) } }) {
                try await scene.fill()
                _ = try await scene.create(Ticket.ID(rawValue: "own"), by: GuestScene.vouched)
                try await scene.rename(GuestScene.came, to: "Zoe")
                try await scene.adopt()
                let me = Account.ID(rawValue: "me")
                for assignee in [.anyone, .nobody, .account(me)] as [TicketQuery.Assignee] {
                    let first = try TicketQuery(status: nil, assignee: assignee, limit: 1)
                    let cursor = try await scene.store.tickets(first, for: me).next
                    let next = try TicketQuery(status: .open, assignee: assignee, limit: 1, cursor: cursor)
                    _ = try await scene.store.tickets(next, for: me)
                }
                let page = try await scene.store.tickets(of: GuestScene.vouched, limit: 1, before: nil)
                _ = try await scene.store.tickets(of: GuestScene.vouched, limit: 1, before: page.next)
                _ = try await scene.store.openTickets(of: GuestScene.vouched, limit: 10)
                _ = try await scene.store.tickets(of: GuestScene.vouched)
                for range in [try HistoryRange(), try HistoryRange(afterSeq: 1), try HistoryRange(beforeSeq: 2)] {
                    _ = try await scene.store.history(of: GuestScene.open, range) { _ in }
                }
                _ = try await scene.places("parcel zo")
                _ = try await scene.store.notes(of: GuestScene.open, after: 0)
                await #expect(throws: DeskError.notFound) { try await scene.addNote(ClientID(stored: "n")) }
                for limit in [1, 5] {
                    let moment = GuestScene.now.advanced(by: .seconds(100 * limit))
                    _ = try await scene.store.eraseTickets(closedBefore: moment, limit: limit) { _ in nil }
                }
                _ = try await scene.store.erase(GuestScene.vouched) { _ in nil }
                try await useAccounts(of: scene.store)
            }
            return heard.withLock { $0 }
        }

        private static func useAccounts(of store: MongoStore) async throws {
            let (scene, now) = (AccountScene(store: store), AccountScene.now)
            try await store.replaceSetupLink(with: AccountScene.link)
            _ = try await scene.setUp("ann")
            try await scene.insert("ben", role: .admin)
            let session = try await scene.begin("s", of: "ben")
            _ = try await store.changeSession(session.id) { login in
                var session = login.session
                session.lastUsedAt = now.advanced(by: .seconds(1))
                return Audited(session)
            }
            try await scene.setDisabled(true, "ben")
            _ = try await store.account(Account.ID(rawValue: "none"))
            _ = try await store.account(named: Username(stored: "none"))
            _ = try await store.accounts()
            _ = try await store.passwordLinks()
            _ = try await store.linkedAccount(AccountScene.link.tokenHash)
            _ = try await store.login(session.id)
            for id in [nil, session.accountID] { _ = try await store.logins(of: id, activeAt: now, limit: 10) }
            _ = try await store.changes(since: now)
            try await store.deleteSessions(endedBefore: now.advanced(by: .seconds(1)))
            _ = try await store.auditRecords(AuditQuery(action: "logout"), limit: 10)
            _ = try await scene.audit()
        }

        /// Nil if this server does not give plans.
        private static func plan(of query: BSONDocument, _ client: MongoClient) async throws -> BSONDocument? {
            do {
                return try await client.read(["explain": .document(query), "verbosity": "queryPlanner"])
            } catch MongoError.refused {
                return nil
            }
        }

        @Test func `no query scans a collection`() async throws {
            try await GuestScene.with { scene, client in
                let commands = try await Self.commands(on: scene)
                let queries = commands.filter {
                    ["find", "count", "findAndModify", "update", "delete"].contains($0.name)
                }
                #expect(queries.count > 100)
                var plans = 0
                for query in queries where query.string(query.name) != "counters" {
                    guard let plan = try await Self.plan(of: query, client) else { break }
                    plans += 1
                    #expect(!plan.stages.contains("COLLSCAN"), "\(query)")
                }
                guard plans > 0 else {
                    print("skipped: this server does not give plans, no query was looked at")
                    return
                }
                #expect(plans > 100)
            }
        }
    }
}

extension BSONDocument {
    fileprivate var name: String { fields.first?.name ?? "" }

    fileprivate func string(_ name: String) -> String? { self[name]?.string }

    /// Of a plan and all that is in it.
    fileprivate var stages: [String] {
        fields.flatMap { field in
            var inner = [field.value.document].compactMap(\.self)
            inner += field.value.array?.compactMap(\.document) ?? []
            return (field.name == "stage" ? [field.value.string ?? ""] : []) + inner.flatMap(\.stages)
        }
    }
}

extension GuestScene {
    fileprivate func addNote(_ clientID: ClientID) async throws(DeskError) {
        _ = try await store.addNote(
            to: Self.open,
            clientID: clientID,
            by: Account.ID(rawValue: "me"),
            publish: { _ in }
        ) { _ throws(DeskError) in
            throw .notFound
        }
    }
}
#endif
