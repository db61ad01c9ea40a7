import Desk
import Testing

extension StoreContract {
    static let accountRules = [
        StoreRule("an account is found by id, and by username in any case") { bench in
            let account = try await bench.account("Grace")
            #expect(account.username.rawValue == "grace")
            #expect(try await bench.desk.account(account.id) == account)
            #expect(try await bench.desk.account(username: "GRACE") == account)
            #expect(try await bench.desk.account(username: "nobody") == nil)
            #expect(try await bench.desk.account(username: "no such name") == nil)
            #expect(try await bench.desk.account(Account.ID(rawValue: "none")) == nil)
        },
        StoreRule("a username is given once") { bench in
            _ = try await bench.account("grace")
            await #expect(throws: DeskError.conflict) { try await bench.account("GRACE") }
            #expect(try await bench.desk.accounts().count == 1)
        },
        StoreRule("accounts are listed by username") { bench in
            for name in ["carl", "anna", "bert"] { _ = try await bench.account(name) }
            #expect(try await bench.desk.accounts().map(\.username.rawValue) == ["anna", "bert", "carl"])
        },
        StoreRule("the last enabled admin cannot be disabled") { bench in
            let (first, second) = (
                try await bench.account("first", role: .admin), try await bench.account("second", role: .admin)
            )
            _ = try await bench.account("agent")
            _ = try await bench.desk.setDisabled(true, first.id)
            await #expect(throws: DeskError.conflict) { try await bench.desk.setDisabled(true, second.id) }
            #expect(try await bench.desk.account(second.id)?.isDisabled == false)
            _ = try await bench.desk.setDisabled(false, first.id)
            #expect(try await bench.desk.setDisabled(true, second.id).isDisabled)
        },
        StoreRule("disabling ends all sessions of the account and no other") { bench in
            let (leaver, stayer) = (try await bench.account("leaver"), try await bench.account("stayer"))
            let ended = [
                try await bench.desk.beginSession(of: leaver.id), try await bench.desk.beginSession(of: leaver.id),
            ]
            let kept = try await bench.desk.beginSession(of: stayer.id)
            bench.advance(by: .seconds(1))
            _ = try await bench.desk.setDisabled(true, leaver.id)
            for session in ended {
                await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(session.id) }
            }
            #expect(try await bench.desk.login(kept.id).account == stayer)
            let changes = try await bench.desk.accountChanges(since: bench.now)
            #expect(changes.accounts.map(\.id) == [leaver.id])
            #expect(Set(changes.sessions.map(\.id)) == Set(ended.map(\.id)))
            #expect(changes.sessions.allSatisfy { $0.endReason == .disabled && $0.endedAt == bench.now })
            _ = try await bench.desk.setDisabled(false, leaver.id)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(ended[0].id) }
        },
        StoreRule("a new password ends the sessions") { bench in
            let account = try await bench.account()
            let session = try await bench.desk.beginSession(of: account.id)
            let changed = try await bench.desk.resetPassword(of: account.id, to: "$other")
            #expect(changed.passwordHash == "$other")
            #expect(try await bench.desk.account(account.id) == changed)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(session.id) }
            let changes = try await bench.desk.accountChanges(since: bench.now)
            #expect(changes.sessions.map(\.endReason) == [.passwordChanged])
        },
        StoreRule("an account that does not exist cannot change") { bench in
            let id = Account.ID(rawValue: "none")
            await #expect(throws: DeskError.notFound) { try await bench.desk.setDisabled(true, id) }
            await #expect(throws: DeskError.notFound) { try await bench.desk.resetPassword(of: id, to: "$") }
            await #expect(throws: DeskError.notFound) { try await bench.desk.endSessions(of: id, because: .logout) }
        },
    ]
}
