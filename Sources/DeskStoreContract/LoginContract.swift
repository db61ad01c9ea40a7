import Desk
import Testing

extension StoreContract {
    static let loginRules = [
        StoreRule("a session is in force until it expires") { bench in
            let account = try await bench.account()
            let session = try await bench.desk.beginSession(of: account)
            #expect(try await bench.desk.login(session.id) == Login(session: session, account: account))
            bench.advance(by: LoginSession.lifetime - .milliseconds(1))
            #expect(try await bench.desk.login(session.id).session == session)
            bench.advance(by: .milliseconds(1))
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(session.id) }
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.renewSession(session.id) }
        },
        StoreRule("a renewed session lasts longer, 30 days at most") { bench in
            let session = try await bench.desk.beginSession(of: bench.account())
            var renewed = session
            for _ in 0..<100 {
                bench.advance(by: .seconds(10 * 3600))
                guard let next = try? await bench.desk.renewSession(session.id) else { break }
                #expect(next.expiresAt >= renewed.expiresAt)
                renewed = next
            }
            #expect(renewed.expiresAt == session.createdAt.advanced(by: LoginSession.longestLifetime))
            #expect(renewed.createdAt == session.createdAt)
        },
        StoreRule("an ended session stays ended, for the first reason") { bench in
            let session = try await bench.desk.beginSession(of: bench.account())
            try await bench.desk.endSession(session.id, because: .logout)
            try await bench.desk.endSession(session.id, because: .disabled)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(session.id) }
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.renewSession(session.id) }
            let changes = try await bench.desk.accountChanges(since: bench.now)
            #expect(changes.sessions.map(\.endReason) == [.logout])
        },
        StoreRule("all sessions of an account end together") { bench in
            let account = try await bench.account()
            let first = try await bench.desk.beginSession(of: account)
            let second = try await bench.desk.beginSession(of: account)
            try await bench.desk.endSessions(of: account.id, because: .logout, by: .commandLine)
            for id in [first.id, second.id] {
                await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(id) }
            }
            let third = try await bench.desk.beginSession(of: account)
            #expect(try await bench.desk.login(third.id).session == third)
        },
        StoreRule("agents list and end their own sessions, admins everybody's") { bench in
            let (ada, ben, root) = (
                try await bench.account("ada"), try await bench.account("ben"),
                try await bench.account("root", role: .admin)
            )
            let old = try await bench.desk.beginSession(of: ada, browser: "Firefox on Linux")
            bench.advance(by: .seconds(1))
            let new = try await bench.desk.beginSession(of: ada)
            let other = try await bench.desk.beginSession(of: ben)
            let listed = try await bench.desk.logins(of: ada.id, for: ada.principal)
            #expect(listed == [Login(session: new, account: ada), Login(session: old, account: ada)])
            #expect(listed.map(\.session.browser) == [nil, "Firefox on Linux"])
            for id in [ben.id, nil] {
                await #expect(throws: DeskError.forbidden) { try await bench.desk.logins(of: id, for: ada.principal) }
            }
            await #expect(throws: DeskError.notFound) {
                try await bench.desk.endSession(other.id, ofAll: false, by: ada.principal)
            }
            await #expect(throws: DeskError.forbidden) {
                try await bench.desk.endSession(other.id, ofAll: true, by: ada.principal)
            }
            try await bench.desk.endSession(old.id, ofAll: false, by: ada.principal)
            await #expect(throws: DeskError.notFound) {
                try await bench.desk.endSession(old.id, ofAll: false, by: ada.principal)
            }
            #expect(
                Set(try await bench.desk.logins(of: nil, for: root.principal).map(\.session.id)) == [new.id, other.id]
            )
            #expect(try await bench.desk.logins(of: ben.id, for: root.principal).map(\.session.id) == [other.id])
            try await bench.desk.endSession(other.id, ofAll: true, by: root.principal)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(other.id) }
            bench.advance(by: LoginSession.lifetime)
            #expect(try await bench.desk.logins(of: nil, for: root.principal) == [])
        },
        StoreRule("ending the other sessions keeps this one") { bench in
            let account = try await bench.account()
            let (mine, other) = (
                try await bench.desk.beginSession(of: account), try await bench.desk.beginSession(of: account)
            )
            try await bench.desk.endOtherSessions(than: bench.desk.login(mine.id))
            #expect(try await bench.desk.logins(of: account.id, for: account.principal).map(\.session.id) == [mine.id])
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(other.id) }
        },
        StoreRule("the use of a session is noted, within ten minutes, and is no change") { bench in
            let session = try await bench.desk.beginSession(of: bench.account())
            #expect(session.lastUsedAt == session.createdAt)
            bench.advance(by: LoginSession.usePrecision - .milliseconds(1))
            await bench.desk.noteUse(of: session)
            #expect(try await bench.desk.login(session.id).session == session)
            bench.advance(by: .milliseconds(1))
            await bench.desk.noteUse(of: session)
            let used = try await bench.desk.login(session.id).session
            #expect(used.lastUsedAt == bench.now && used.changedAt == session.changedAt)
            bench.advance(by: .seconds(1))
            #expect(try await bench.desk.renewSession(session.id).lastUsedAt == bench.now)
        },
        StoreRule("nobody unknown or disabled begins a session") { bench in
            let account = try await bench.account()
            _ = try await bench.desk.setDisabled(true, account.id, by: .commandLine)
            var unknown = account
            unknown.id = Account.ID(rawValue: "none")
            for account in [account, unknown] {
                await #expect(throws: DeskError.unauthorized) { try await bench.desk.beginSession(of: account) }
            }
        },
        StoreRule("nobody begins a session with a password or a second factor that is another by now") { bench in
            let verified = try await bench.account()
            let reset = try await bench.desk.resetPassword(of: verified.id, to: "$other", by: .commandLine)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.beginSession(of: verified) }
            let factor = SecondFactor(sealedSecret: "sealed", lastStep: 0, recoveryCodes: [])
            let secured = try await bench.desk.setUp(factor, for: reset)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.beginSession(of: reset) }
            #expect(try await bench.desk.beginSession(of: secured).accountID == verified.id)
        },
        StoreRule("an unknown session is unauthorized, and ends quietly") { bench in
            let id = LoginSession.ID(rawValue: "none")
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(id) }
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.renewSession(id) }
            try await bench.desk.endSession(id, because: .logout)
        },
        StoreRule("sessions are forgotten 30 days after their end") { bench in
            let account = try await bench.account()
            func ids() async throws -> Set<LoginSession.ID> {
                try await bench.desk.deleteOldSessions()
                let all = try await bench.desk.accountChanges(since: account.createdAt)
                #expect(all.accounts == [account])
                return Set(all.sessions.map(\.id))
            }
            let ended = try await bench.desk.beginSession(of: account)
            let expired = try await bench.desk.beginSession(of: account)
            try await bench.desk.endSession(ended.id, because: .logout)
            bench.advance(by: LoginSession.retention)
            #expect(try await ids() == [ended.id, expired.id])
            bench.advance(by: .milliseconds(1))
            #expect(try await ids() == [expired.id])
            bench.advance(by: LoginSession.lifetime - .milliseconds(1))
            let active = try await bench.desk.beginSession(of: account)
            #expect(try await ids() == [expired.id, active.id])
            bench.advance(by: .milliseconds(1))
            #expect(try await ids() == [active.id])
        },
        StoreRule("changes are those at or after the moment asked for") { bench in
            let early = try await bench.account("early")
            bench.advance(by: .milliseconds(1))
            let late = try await bench.account("late")
            #expect(try await bench.desk.accountChanges(since: early.changedAt).accounts == [early, late])
            #expect(try await bench.desk.accountChanges(since: late.changedAt).accounts == [late])
            bench.advance(by: .milliseconds(1))
            #expect(
                try await bench.desk.accountChanges(since: bench.now) == AccountChanges(accounts: [], sessions: [])
            )
        },
    ]
}
