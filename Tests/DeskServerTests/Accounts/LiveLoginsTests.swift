import Desk
import Testing

@testable import DeskServer

@Suite struct LiveLoginsTests {
    private let now = Sample.start
    private var logins = LiveLogins()

    init() {
        logins.add(Sample.login("one"))
        logins.add(Sample.login("two"))
    }

    @Test mutating func `nothing ends while nothing changes`() {
        #expect(ended() == [])
        #expect(ended(accounts: [Sample.account()]) == [])
        #expect(ended(sessions: [Sample.login("one").session]) == [])
    }

    @Test mutating func `a login that was ended elsewhere ends here, with its reason`() {
        var session = Sample.login("one").session
        session.endedAt = now
        session.endReason = .passwordChanged
        #expect(ended(sessions: [session]) == [end("one", .passwordChanged)])
        session.endReason = .logout
        #expect(ended(sessions: [session]) == [end("one", .logout)])
    }

    @Test mutating func `a disabled account or another role ends all its logins`() {
        #expect(
            ended(accounts: [Sample.account(isDisabled: true)]) == [end("one", .disabled), end("two", .disabled)]
        )
        #expect(
            ended(accounts: [Sample.account(role: .admin)]) == [end("one", .roleChanged), end("two", .roleChanged)]
        )
    }

    @Test mutating func `a login ends when its time is over, and a renewal moves that`() {
        let end = now.advanced(by: LoginSession.lifetime)
        var renewed = Sample.login("two").session
        renewed.expiresAt = end.advanced(by: .seconds(1))
        #expect(ended(sessions: [renewed]) == [])
        #expect(ended(at: end) == [self.end("one", .expired)])
        #expect(ended(at: end.advanced(by: .seconds(1))) == [self.end("one", .expired), self.end("two", .expired)])
    }

    @Test mutating func `a login without sockets is nobody's concern`() {
        logins.add(Sample.login("one"))
        logins.remove(Sample.login("one").session.id)
        logins.remove(Sample.login("two").session.id)
        #expect(ended(accounts: [Sample.account(isDisabled: true)]) == [end("one", .disabled)])
        logins.remove(Sample.login("one").session.id)
        logins.remove(Sample.login("one").session.id)
        #expect(ended(accounts: [Sample.account(isDisabled: true)]) == [])
    }

    private mutating func ended(
        accounts: [Account] = [],
        sessions: [LoginSession] = [],
        at moment: Timestamp = Sample.start
    ) -> [LiveLogins.End] {
        logins.ended(by: AccountChanges(accounts: accounts, sessions: sessions), at: moment)
    }

    private func end(_ id: String, _ reason: LiveLogins.EndReason) -> LiveLogins.End {
        LiveLogins.End(id: LoginSession.ID(rawValue: id), reason: reason)
    }
}
