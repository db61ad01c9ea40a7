import Desk
import Testing

extension StoreContract {
    static let loginRules = [
        StoreRule("a session is in force until it expires") { bench in
            let account = try await bench.account()
            let session = try await bench.desk.beginSession(of: account.id)
            #expect(try await bench.desk.login(session.id) == Login(session: session, account: account))
            bench.advance(by: LoginSession.lifetime - .milliseconds(1))
            #expect(try await bench.desk.login(session.id).session == session)
            bench.advance(by: .milliseconds(1))
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(session.id) }
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.renewSession(session.id) }
        },
        StoreRule("a renewed session lasts longer, 30 days at most") { bench in
            let session = try await bench.desk.beginSession(of: bench.account().id)
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
            let session = try await bench.desk.beginSession(of: bench.account().id)
            try await bench.desk.endSession(session.id, because: .logout)
            try await bench.desk.endSession(session.id, because: .disabled)
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(session.id) }
            await #expect(throws: DeskError.unauthorized) { try await bench.desk.renewSession(session.id) }
            let changes = try await bench.desk.accountChanges(since: bench.now)
            #expect(changes.sessions.map(\.endReason) == [.logout])
        },
        StoreRule("all sessions of an account end together") { bench in
            let account = try await bench.account()
            let first = try await bench.desk.beginSession(of: account.id)
            let second = try await bench.desk.beginSession(of: account.id)
            try await bench.desk.endSessions(of: account.id, because: .logout)
            for id in [first.id, second.id] {
                await #expect(throws: DeskError.unauthorized) { try await bench.desk.login(id) }
            }
            let third = try await bench.desk.beginSession(of: account.id)
            #expect(try await bench.desk.login(third.id).session == third)
        },
        StoreRule("nobody unknown or disabled begins a session") { bench in
            let account = try await bench.account()
            _ = try await bench.desk.setDisabled(true, account.id)
            for id in [account.id, Account.ID(rawValue: "none")] {
                await #expect(throws: DeskError.unauthorized) { try await bench.desk.beginSession(of: id) }
            }
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
            let ended = try await bench.desk.beginSession(of: account.id)
            let expired = try await bench.desk.beginSession(of: account.id)
            try await bench.desk.endSession(ended.id, because: .logout)
            bench.advance(by: LoginSession.retention)
            #expect(try await ids() == [ended.id, expired.id])
            bench.advance(by: .milliseconds(1))
            #expect(try await ids() == [expired.id])
            bench.advance(by: LoginSession.lifetime - .milliseconds(1))
            let active = try await bench.desk.beginSession(of: account.id)
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
