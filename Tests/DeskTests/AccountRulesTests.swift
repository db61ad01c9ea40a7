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

    @Test(arguments: [
        "kTn3vPq8ws", String(repeating: "xyzzy!", count: 42), "     ab cd10", "ñandú-ñandú", "a good long password",
        "correct horse", "ann likes tea", "        10", "welcome 83746-2610", "12345678911",
    ])
    func `a password has 10 characters or more, and no rule for what they are`(password: String) throws {
        try PasswordPolicy.check(password, for: "ann")
    }

    @Test(arguments: [
        "", "kTn3vPq8w", "👩‍👩‍👧👩‍👩‍👧", String(repeating: "xyzzy!", count: 43), String(repeating: "éa", count: 86),
    ])
    func `a password that is too short or too long is refused`(password: String) {
        #expect(throws: DeskError.invalid(field: "password")) { try PasswordPolicy.check(password, for: "ann") }
    }

    @Test(arguments: [
        "password123", "PASSWORD2026", "p@ssw0rd123", "!!welcome1!!", "qwertyuiop", "iloveyou2025", "administrator",
        "helpdeskhelpdesk", "a1b2c3d4e5", "1q2w3e4r5t", "12345678910", "Summer2026!",
    ])
    func `a password that is tried first is refused`(password: String) {
        #expect(throws: DeskError.invalid(field: "password")) { try PasswordPolicy.check(password, for: "ann") }
    }

    @Test(arguments: ["aaaaaaaaaa", "ababababab", "xyz1xyz1xyz1", "1234567890", "abcdefghijk"])
    func `one piece repeated and a row of neighbours are refused`(password: String) {
        #expect(throws: DeskError.invalid(field: "password")) { try PasswordPolicy.check(password, for: "ann") }
    }

    @Test(arguments: [
        ("grace.hopper", "Grace.Hopper"), ("grace.hopper", "grace.hopper1"), ("gracehopper", "reppohecarg12"),
        ("grace", "gracegrace12"),
    ])
    func `the username with little around it is refused`(username: String, password: String) throws {
        #expect(throws: DeskError.invalid(field: "password")) { try PasswordPolicy.check(password, for: username) }
        try PasswordPolicy.check(password, for: "somebody.else")
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
        let session =
            try AccountRules.begin(
                LoginSession.ID(rawValue: "s"),
                of: account,
                verified: account,
                browser: nil,
                at: late
            )
            .value
        let renewed = try AccountRules.renew(Login(session: session, account: account), at: start)
        #expect(renewed.expiresAt == session.expiresAt)
        account.isDisabled = true
        let login = Login(session: session, account: account)
        #expect(throws: DeskError.unauthorized) { try AccountRules.renew(login, at: late) }
    }
}
