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
        StoreRule("the last admin who can log in cannot be disabled") { bench in
            let (first, second) = (
                try await bench.account("first", role: .admin), try await bench.account("second", role: .admin)
            )
            _ = try await bench.account("agent")
            _ = try await bench.desk.setDisabled(true, first.id, by: .commandLine)
            await #expect(throws: DeskError.conflict) {
                try await bench.desk.setDisabled(true, second.id, by: .commandLine)
            }
            #expect(try await bench.desk.account(second.id)?.isDisabled == false)
            _ = try await bench.desk.setDisabled(false, first.id, by: .commandLine)
            #expect(try await bench.desk.setDisabled(true, second.id, by: .commandLine).isDisabled)
        },
        StoreRule("disabling ends all sessions of the account and no other") { bench in
            let (leaver, stayer) = (try await bench.account("leaver"), try await bench.account("stayer"))
            let ended = [
                try await bench.desk.beginSession(of: leaver), try await bench.desk.beginSession(of: leaver),
            ]
            let kept = try await bench.desk.beginSession(of: stayer)
            bench.advance(by: .seconds(1))
            _ = try await bench.desk.setDisabled(true, leaver.id, by: .commandLine)
            for session in ended {
                await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(session.id) }
            }
            #expect(try await bench.desk.login(kept.id).account == stayer)
            let changes = try await bench.desk.accountChanges(since: bench.now)
            #expect(changes.accounts.map(\.id) == [leaver.id])
            #expect(Set(changes.sessions.map(\.id)) == Set(ended.map(\.id)))
            #expect(changes.sessions.allSatisfy { $0.endReason == .disabled && $0.endedAt == bench.now })
            _ = try await bench.desk.setDisabled(false, leaver.id, by: .commandLine)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(ended[0].id) }
        },
        StoreRule("a new password ends the sessions") { bench in
            let account = try await bench.account()
            let session = try await bench.desk.beginSession(of: account)
            let changed = try await bench.desk.resetPassword(of: account.id, to: "$other", by: .commandLine)
            #expect(changed.passwordHash == "$other")
            #expect(try await bench.desk.account(account.id) == changed)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(session.id) }
            let changes = try await bench.desk.accountChanges(since: bench.now)
            #expect(changes.sessions.map(\.endReason) == [.passwordChanged])
        },
        StoreRule("a new own password ends the other sessions and keeps this one") { bench in
            let account = try await bench.account()
            let (mine, other) = (
                try await bench.desk.beginSession(of: account), try await bench.desk.beginSession(of: account)
            )
            let login = try await bench.desk.login(mine.id)
            #expect(try await bench.desk.changePassword(of: login, to: "$other").passwordHash == "$other")
            #expect(try await bench.desk.login(mine.id).account.passwordHash == "$other")
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(other.id) }
            await #expect(throws: DeskError.unauthorized) {
                try await bench.desk.changePassword(of: login, to: "$third")
            }
            let changes = try await bench.desk.accountChanges(since: bench.now)
            #expect(changes.sessions.first { $0.id == other.id }?.endReason == .passwordChanged)
        },
        StoreRule("another role ends the sessions, and the last enabled admin keeps theirs") { bench in
            let (first, second) = (
                try await bench.account("first", role: .admin), try await bench.account("second", role: .admin)
            )
            let session = try await bench.desk.beginSession(of: first)
            #expect(try await bench.desk.setRole(.admin, of: first.id, by: .commandLine) == first)
            _ = try await bench.desk.login(session.id)
            #expect(try await bench.desk.setRole(.agent, of: first.id, by: .commandLine).role == .agent)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(session.id) }
            let changes = try await bench.desk.accountChanges(since: bench.now)
            #expect(changes.sessions.map(\.endReason) == [.roleChanged])
            await #expect(throws: DeskError.conflict) {
                try await bench.desk.setRole(.agent, of: second.id, by: .commandLine)
            }
            await #expect(throws: DeskError.invalid(field: "role")) {
                try await bench.desk.setRole(.guest, of: first.id, by: .commandLine)
            }
            _ = try await bench.desk.setRole(.admin, of: first.id, by: .commandLine)
            _ = try await bench.desk.setDisabled(true, second.id, by: .commandLine)
            // A disabled admin is not the one that is needed.
            #expect(try await bench.desk.setRole(.agent, of: second.id, by: .commandLine).role == .agent)
            #expect(try await bench.desk.account(second.id)?.role == .agent)
        },
        StoreRule("a second factor is kept, and each of its codes works once") { bench in
            let account = try await bench.account()
            #expect(account.secondFactor == nil)
            let factor = SecondFactor(sealedSecret: "sealed", lastStep: 7, recoveryCodes: ["one", "two"])
            #expect(try await bench.desk.setUp(factor, for: account).secondFactor == factor)
            await #expect(throws: DeskError.conflict) { try await bench.desk.setUp(factor, for: account) }
            #expect(try await bench.desk.account(account.id)?.secondFactor == factor)
            for (proof, isRight) in [
                (SecondFactorProof.step(7, sealedSecret: "sealed"), false), (.step(8, sealedSecret: "other"), false),
                (.step(9, sealedSecret: "sealed"), true), (.step(9, sealedSecret: "sealed"), false),
                (.step(8, sealedSecret: "sealed"), false), (.recoveryCode("three"), false),
                (.recoveryCode("one"), true), (.recoveryCode("one"), false),
            ] {
                if isRight {
                    _ = try await bench.desk.useSecondFactor(proof, of: account.id)
                } else {
                    await #expect(throws: DeskError.unauthorized) {
                        try await bench.desk.useSecondFactor(proof, of: account.id)
                    }
                }
            }
            let used = try await bench.desk.account(account.id)?.secondFactor
            #expect(used == SecondFactor(sealedSecret: "sealed", lastStep: 9, recoveryCodes: ["two"]))
            let renewed = try await bench.desk.replaceRecoveryCodes(of: account, with: ["x", "y"])
            #expect(renewed.secondFactor?.recoveryCodes == ["x", "y"])
        },
        StoreRule("a second factor is not for who was let in before the password changed") { bench in
            let desk = bench.desk
            let factor = SecondFactor(sealedSecret: "sealed", lastStep: 7, recoveryCodes: ["one"])
            let stale = try await bench.account()
            let account = try await desk.resetPassword(of: stale.id, to: "$new", by: .commandLine)
            await #expect(throws: DeskError.unauthorized) { try await desk.setUp(factor, for: stale) }
            _ = try await desk.setUp(factor, for: account)
            await #expect(throws: DeskError.unauthorized) {
                try await desk.replaceRecoveryCodes(of: stale, with: ["two"])
            }
            await #expect(throws: DeskError.unauthorized) { try await desk.removeOwnSecondFactor(of: stale) }
            #expect(try await desk.account(account.id)?.secondFactor == factor)
            #expect(try await desk.removeOwnSecondFactor(of: account).secondFactor == nil)
        },
        StoreRule("a required second factor cannot be taken away by its owner") { bench in
            let account = try await bench.account()
            await #expect(throws: DeskError.conflict) {
                try await bench.desk.replaceRecoveryCodes(of: account, with: [])
            }
            #expect(try await bench.desk.account(account.id)?.mustSetUpSecondFactor == false)
            let told = try await bench.desk.requireSecondFactor(true, of: account.id, by: .commandLine)
            #expect(told.mustSetUpSecondFactor)
            let factor = SecondFactor(sealedSecret: "sealed", lastStep: 0, recoveryCodes: [])
            let ready = try await bench.desk.setUp(factor, for: account)
            #expect(ready.requiresSecondFactor && !ready.mustSetUpSecondFactor && ready.secondFactor == factor)
            #expect(try await bench.desk.account(account.id) == ready)
            await #expect(throws: DeskError.forbidden) {
                try await bench.desk.removeOwnSecondFactor(of: ready)
            }
            #expect(try await bench.desk.removeSecondFactor(of: account.id, by: .commandLine).mustSetUpSecondFactor)
            let free = try await bench.desk.requireSecondFactor(false, of: account.id, by: .commandLine)
            #expect(!free.requiresSecondFactor && free.secondFactor == nil)
        },
        StoreRule("an account that does not exist cannot change") { bench in
            let id = Account.ID(rawValue: "none")
            await #expect(throws: DeskError.notFound) { try await bench.desk.setDisabled(true, id, by: .commandLine) }
            await #expect(throws: DeskError.notFound) {
                try await bench.desk.resetPassword(of: id, to: "$", by: .commandLine)
            }
            await #expect(throws: DeskError.notFound) { try await bench.desk.setRole(.agent, of: id, by: .commandLine) }
            await #expect(throws: DeskError.notFound) {
                try await bench.desk.requireSecondFactor(true, of: id, by: .commandLine)
            }
            await #expect(throws: DeskError.notFound) {
                try await bench.desk.endSessions(of: id, because: .logout, by: .commandLine)
            }
        },
    ]
}
