import Testing

@testable import Desk

struct AccountRulesTests {
    @Test(arguments: [("Ada", "ada"), ("a.b_c-d@e.f+1", "a.b_c-d@e.f+1"), (String(repeating: "X", count: 64), nil)])
    func `a username is kept in lower case`(text: String, folded: String?) throws {
        #expect(try Username(text).rawValue == folded ?? text.lowercased())
    }

    @Test(arguments: ["", " ", "a b", "ä", "a/b", "a\u{0}", String(repeating: "x", count: 65), "аda"])
    func `any other username is refused`(text: String) {
        #expect(throws: DeskError.invalid(field: "username")) { try Username(text) }
    }

    @Test(arguments: ["0123456789", String(repeating: "x", count: 256), "        10", "ñandú-ñandú"])
    func `a password has 10 characters or more`(password: String) throws {
        try PasswordPolicy.check(password)
    }

    @Test(arguments: ["", "012345678", "👩‍👩‍👧👩‍👩‍👧", String(repeating: "x", count: 257), String(repeating: "é", count: 129)])
    func `a password that is too short or too long is refused`(password: String) {
        #expect(throws: DeskError.invalid(field: "password")) { try PasswordPolicy.check(password) }
    }

    @Test func `a renewal never shortens a session`() throws {
        let (start, late) = (Timestamp(milliseconds: 0), Timestamp(milliseconds: 1000))
        var account = Account(
            id: Account.ID(rawValue: "a"),
            username: try Username("ann"),
            name: "Ann",
            role: .agent,
            passwordHash: "$",
            isDisabled: false,
            createdAt: start,
            changedAt: start
        )
        let session = try AccountRules.begin(LoginSession.ID(rawValue: "s"), of: account, at: late)
        let renewed = try AccountRules.renew(Login(session: session, account: account), at: start)
        #expect(renewed.expiresAt == session.expiresAt)
        account.isDisabled = true
        let login = Login(session: session, account: account)
        #expect(throws: DeskError.unauthorized) { try AccountRules.renew(login, at: late) }
    }
}
