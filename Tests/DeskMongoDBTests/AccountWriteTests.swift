#if MongoDB
import Desk
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(1)))
    struct AccountWriteTests {
        @Test func `of two admins whom two nodes disable at once, one is left`() async throws {
            try await AccountScene.with { scene, client in
                let node = try await scene.other(client)
                for admin in ["ann", "ben"] { try await scene.insert(admin, role: .admin) }
                for round in 0..<10 {
                    await withTaskGroup { group in
                        group.addTask { try? await scene.setDisabled(true, round % 2 == 0 ? "ann" : "ben") }
                        group.addTask { try? await node.setDisabled(true, round % 2 == 0 ? "ben" : "ann") }
                    }
                    #expect(try await scene.ableAdmins().count == 1)
                    for admin in ["ann", "ben"] { try await scene.setDisabled(false, admin) }
                }
            }
        }

        @Test func `of many admins whom two nodes disable at once, one is left`() async throws {
            try await AccountScene.with { scene, client in
                let node = try await scene.other(client)
                let admins = (0..<6).map { "admin\($0)" }
                for admin in admins { try await scene.insert(admin, role: .admin) }
                await withTaskGroup { group in
                    for (index, admin) in admins.enumerated() {
                        group.addTask {
                            for _ in 0..<20 {
                                do throws(DeskError) {
                                    return try await (index % 2 == 0 ? scene : node).setDisabled(true, admin)
                                } catch .unavailable {
                                } catch {
                                    return
                                }
                            }
                        }
                    }
                }
                #expect(try await scene.ableAdmins().count == 1)
            }
        }

        @Test(arguments: [.intended, .accountChanged] as [MongoStore.GuestStep])
        func `a crash while an admin is disabled leaves one, whoever goes on`(
            crash: MongoStore.GuestStep
        ) async throws {
            try await AccountScene.with { scene, client in
                for admin in ["ann", "ben"] { try await scene.insert(admin, role: .admin) }
                let session = try await scene.begin("s", of: "ann")
                await GuestScene.crash(at: crash) { try await scene.setDisabled(true, "ann") }
                let node = try await scene.other(client)
                let isDone = crash == .accountChanged
                #expect(try await node.ableAdmins() == (isDone ? ["ben"] : ["ann", "ben"]))
                #expect(try await node.store.login(session.id)?.session.endReason == (isDone ? .disabled : nil))
                let stale = try #require(await scene.store.accountRecord(["_id": "ann"]))
                let (second, last) = isDone ? ("ann", "ben") : ("ben", "ann")
                let third = try await scene.other(client)
                await GuestScene.crash(at: .intentVoid) { try await third.setDisabled(true, second) }
                try await node.setDisabled(true, second)
                await #expect(throws: DeskError.conflict) { try await node.setDisabled(true, last) }
                #expect(try await node.ableAdmins() == [last])
                if !isDone {
                    // What the crashed one was about to write cannot come any more.
                    let late = AccountDocuments.encode(stale)
                    #expect(try await !scene.store.database.replace(late, from: stale.revision, in: "accounts"))
                }
                let told = try await node.audit().filter { $0 == .accountDisabled }
                #expect(told.count == (isDone ? 2 : 1))
            }
        }

        @Test func `logins on two nodes at once are all there, each told of once`() async throws {
            try await AccountScene.with { scene, client in
                let node = try await scene.other(client)
                try await scene.insert("ann")
                try await withThrowingTaskGroup { group in
                    for index in 0..<20 {
                        group.addTask { _ = try await (index % 2 == 0 ? scene : node).begin("s\(index)", of: "ann") }
                    }
                    try await group.waitForAll()
                }
                let logins = try await node.store.logins(of: nil, activeAt: AccountScene.now, limit: 100)
                #expect(Set(logins.map(\.session.id.rawValue)) == Set((0..<20).map { "s\($0)" }))
                #expect(try await node.audit().filter { $0 == .loginSuccess }.count == 20)
                #expect(try await node.waitingAudit() == 0)
                try await scene.setDisabled(true, "ann")
                #expect(try await node.store.logins(of: nil, activeAt: AccountScene.now, limit: 100).isEmpty)
                #expect(try await node.store.changes(since: AccountScene.now).sessions.count == 20)
                try await node.store.deleteSessions(endedBefore: AccountScene.now.advanced(by: .milliseconds(1)))
                #expect(try await scene.store.login(LoginSession.ID(rawValue: "s1")) == nil)
            }
        }

        @Test func `sessions that are over make room`() {
            var record = AccountRecord(account: AccountScene.account("ann"))
            for index in 0..<(AccountRecord.keptSessions + 10) {
                record.begin(
                    LoginSession(
                        id: LoginSession.ID(rawValue: "\(index)"),
                        accountID: record.account.id,
                        createdAt: AccountScene.now,
                        expiresAt: AccountScene.now.advanced(by: .seconds(index < 5 ? 60 : 0)),
                        changedAt: AccountScene.now.advanced(by: .milliseconds(index == 7 ? 1000 : index))
                    )
                )
            }
            #expect(record.sessions.count == AccountRecord.keptSessions + 5)
            #expect(record.sessions.prefix(6).map(\.id.rawValue) == ["0", "1", "2", "3", "4", "7"])
        }

        @Test(arguments: [.firstDecided, .firstStored] as [MongoStore.GuestStep])
        func `a crash after the setup has decided leaves the account and no link`(
            crash: MongoStore.GuestStep
        ) async throws {
            try await AccountScene.with { scene, client in
                try await scene.store.replaceSetupLink(with: AccountScene.link)
                await GuestScene.crash(at: crash) { _ = try await scene.setUp("ann") }
                let node = try await scene.other(client)
                await #expect(throws: DeskError.conflict) { try await node.insert("ann") }
                await #expect(throws: DeskError.notFound) { _ = try await node.setUp("ben") }
                await #expect(throws: DeskError.conflict) {
                    try await node.store.replaceSetupLink(with: AccountScene.link)
                }
                #expect(try await node.store.account(named: Username(stored: "ann")) != nil)
                #expect(try await node.store.accounts().map(\.id.rawValue) == ["ann"])
                #expect(try await node.audit() == [.accountCreated])
            }
        }

        @Test func `whoever looks for the first account finds it after a crash`() async throws {
            for look in 0..<3 {
                try await AccountScene.with { scene, client in
                    try await scene.store.replaceSetupLink(with: AccountScene.link)
                    await GuestScene.crash(at: .firstDecided) { _ = try await scene.setUp("ann") }
                    let store = try await scene.other(client).store
                    switch look {
                    case 0: #expect(try await store.account(named: Username(stored: "ann")) != nil)
                    case 1: #expect(try await store.accounts().count == 1)
                    default: #expect(try await store.setupLink(AccountScene.link.tokenHash) == nil)
                    }
                }
            }
        }

        @Test func `of a setup and accounts made by hand at once, the setup is first or makes nobody`() async throws {
            try await AccountScene.with { scene, client in
                let node = try await scene.other(client)
                try await scene.store.replaceSetupLink(with: AccountScene.link)
                let setUp = try await withThrowingTaskGroup(of: String?.self) { group in
                    for index in 0..<8 {
                        group.addTask {
                            guard index > 3 else {
                                try await node.insert("agent\(index)")
                                return nil
                            }
                            return try? await scene.setUp("admin\(index)").id.rawValue
                        }
                    }
                    return try await group.reduce(into: [String]()) { if let id = $1 { $0.append(id) } }
                }
                #expect(setUp.count <= 1)
                #expect(try await scene.store.accounts().map(\.id.rawValue) == setUp + (0..<4).map { "agent\($0)" })
                #expect(try await scene.audit().count == setUp.count + 4)
            }
        }

        @Test func `without a primary an account cannot be changed, and can by itself afterwards`() async throws {
            try await AccountScene.with { scene, _ in
                for admin in ["ann", "ben"] { try await scene.insert(admin, role: .admin) }
                let fault: BSONDocument = ["errorCode": 10107, "errorLabels": ["RetryableWriteError"]]
                for command in ["find", "count"] as [BSONValue] {
                    try await Deployment.fail(command, times: 2, fault)
                    await #expect(throws: DeskError.unavailable) { try await scene.setDisabled(true, "ann") }
                    #expect(try await scene.ableAdmins() == ["ann", "ben"])
                }
                try await scene.setDisabled(true, "ann")
                await #expect(throws: DeskError.conflict) { try await scene.setDisabled(true, "ben") }
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
                func withFault(_ body: () async throws(DeskError) -> Void) async throws {
                    try await Deployment.fail(command, fault)
                    do throws(DeskError) {
                        try await body()
                    } catch {
                        #expect(error == .unavailable)
                    }
                }
                try await withFault { () throws(DeskError) in try await scene.insert("ann", role: .admin) }
                try await withFault { () throws(DeskError) in try await scene.insert("ben", role: .admin) }
                try await withFault { () throws(DeskError) in _ = try await scene.begin("s", of: "ann") }
                try await withFault { () throws(DeskError) in try await scene.setDisabled(true, "ann") }
                #expect(try await scene.store.accounts().map(\.id.rawValue) == ["ann", "ben"])
                #expect(try await scene.ableAdmins() == ["ben"])
                #expect(try await scene.store.login(LoginSession.ID(rawValue: "s"))?.session.endReason == .disabled)
                // One that could not be copied at once comes after others.
                let told = try await scene.audit().map(\.rawValue).sorted()
                #expect(told == ["account.created", "account.created", "account.disabled", "login.success"])
            }
        }
    }
}
#endif
