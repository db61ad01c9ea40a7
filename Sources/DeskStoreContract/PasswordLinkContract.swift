import Desk
import Testing

extension StoreContract {
    private static func hash(_ text: String) -> PasswordLink.TokenHash { PasswordLink.TokenHash(rawValue: text) }

    static let passwordLinkRules = [
        StoreRule("an invited account has no password until its link is used, once") { bench in
            let (desk, admin) = (bench.desk, try await bench.agent("root", role: .admin))
            let invited = try await desk.invite(
                username: "Grace",
                name: "Grace H",
                role: .agent,
                tokenHash: hash("one"),
                by: admin
            )
            #expect((invited.account.hasPassword, invited.linkKind) == (false, .invite))
            #expect(invited.link?.expiresAt == bench.now.advanced(by: PasswordLink.lifetime))
            #expect(try await desk.linkedAccount(hash("one")) == invited)
            #expect(try await desk.linkedAccounts(for: admin).map(\.link) == [invited.link, nil])
            await #expect(throws: DeskError.conflict) {
                try await desk.invite(username: "grace", name: "G", role: .agent, tokenHash: hash("x"), by: admin)
            }
            await #expect(throws: DeskError.notFound) { try await desk.linkedAccount(hash("x")) }

            bench.advance(by: .seconds(1))
            let account = try await desk.setPassword(to: "$new", using: hash("one"))
            #expect((account.passwordHash, account.changedAt) == ("$new", bench.now))
            #expect(try await desk.account(account.id) == account)
            for _ in 0..<2 {
                await #expect(throws: DeskError.notFound) { try await desk.setPassword(to: "$2", using: hash("one")) }
                await #expect(throws: DeskError.notFound) { try await desk.linkedAccount(hash("one")) }
            }
            #expect(try await desk.linkedAccounts(for: admin).map(\.link) == [nil, nil])
        },
        StoreRule("a link lasts 72 hours, and a new one replaces those of the account and no other") { bench in
            let (desk, admin) = (bench.desk, try await bench.agent("root", role: .admin))
            let (ann, ben) = (try await bench.account("ann"), try await bench.account("ben"))
            _ = try await desk.issueLink(to: ben.id, tokenHash: hash("b"), by: admin)
            _ = try await desk.issueLink(to: ann.id, tokenHash: hash("a1"), by: admin)
            let second = try await desk.issueLink(to: ann.id, tokenHash: hash("a2"), by: admin)
            #expect(second.linkKind == .reset)
            await #expect(throws: DeskError.notFound) { try await desk.linkedAccount(hash("a1")) }
            await #expect(throws: DeskError.notFound) { try await desk.setPassword(to: "$", using: hash("a1")) }
            #expect(try await desk.linkedAccount(hash("a2")).account == ann)
            bench.advance(by: PasswordLink.lifetime)
            await #expect(throws: DeskError.notFound) { try await desk.linkedAccount(hash("b")) }
            await #expect(throws: DeskError.notFound) { try await desk.setPassword(to: "$", using: hash("b")) }
            #expect(try await desk.linkedAccounts(for: admin).allSatisfy { $0.link == nil })
            #expect(try await desk.account(ben.id) == ben)
        },
        StoreRule("a link dies with the account's disabling and with any other new password") { bench in
            let (desk, admin) = (bench.desk, try await bench.agent("root", role: .admin))
            let account = try await bench.account("ann")
            func issue() async throws { _ = try await desk.issueLink(to: account.id, tokenHash: hash("a"), by: admin) }
            try await issue()
            _ = try await desk.setDisabled(true, account.id, by: .commandLine)
            await #expect(throws: DeskError.conflict) { try await issue() }
            _ = try await desk.setDisabled(false, account.id, by: .commandLine)
            await #expect(throws: DeskError.notFound) { try await desk.linkedAccount(hash("a")) }
            try await issue()
            let login = try await desk.login(try await desk.beginSession(of: account).id)
            _ = try await desk.changePassword(of: login, to: "$own")
            await #expect(throws: DeskError.notFound) { try await desk.linkedAccount(hash("a")) }
            try await issue()
            _ = try await desk.resetPassword(of: account.id, to: "$command", by: .commandLine)
            await #expect(throws: DeskError.notFound) { try await desk.linkedAccount(hash("a")) }
        },
        StoreRule("a password set by a link ends the logins and leaves the second factor") { bench in
            let (desk, admin) = (bench.desk, try await bench.agent("root", role: .admin))
            let factor = SecondFactor(sealedSecret: "s", lastStep: 1, recoveryCodes: ["r"])
            let account = try await desk.setUp(factor, for: bench.account("ann"))
            let session = try await desk.beginSession(of: account)
            _ = try await desk.issueLink(to: account.id, tokenHash: hash("a"), by: admin)
            #expect(try await desk.login(session.id).session == session, "the link alone changes nothing")
            let changed = try await desk.setPassword(to: "$new", using: hash("a"))
            #expect(changed.secondFactor == factor)
            await #expect(throws: DeskError.unauthorized) { try await desk.login(session.id) }
            let removed = try await desk.removeSecondFactor(of: account.id, by: admin)
            #expect(removed.account.secondFactor == nil)
        },
        StoreRule("an admin without a password does not count as one") { bench in
            let (desk, root) = (bench.desk, try await bench.account("root", role: .admin))
            let admin = root.principal
            let new = try await desk.invite(username: "n", name: "N", role: .admin, tokenHash: hash("n"), by: admin)
            for change in [AccountChange(isDisabled: true), AccountChange(role: .agent)] {
                await #expect(throws: DeskError.conflict) { try await desk.change(root.id, change, by: admin) }
            }
            _ = try await desk.change(new.account.id, AccountChange(role: .agent), by: admin)
            _ = try await desk.change(new.account.id, AccountChange(role: .admin), by: admin)
            _ = try await desk.setPassword(to: "$", using: hash("n"))
            #expect(try await desk.change(root.id, AccountChange(role: .agent), by: admin).account.role == .agent)
            await #expect(throws: DeskError.conflict) {
                try await desk.change(new.account.id, AccountChange(isDisabled: true), by: admin)
            }
        },
        StoreRule("what an admin changes of an account is done as a whole or not at all") { bench in
            let (desk, root) = (bench.desk, try await bench.account("root", role: .admin))
            let admin = root.principal
            let account = try await bench.account("ann")
            let session = try await desk.beginSession(of: account)
            _ = try await desk.issueLink(to: account.id, tokenHash: hash("a"), by: admin)
            let named = try await desk.change(
                account.id,
                AccountChange(name: "Ann B", requiresSecondFactor: true),
                by: admin
            )
            #expect((named.account.name, named.account.requiresSecondFactor) == ("Ann B", true))
            #expect(named.link != nil)
            #expect(try await desk.login(session.id).account == named.account)
            let ended = try await desk.change(account.id, AccountChange(role: .admin, isDisabled: true), by: admin)
            #expect((ended.account.role, ended.account.isDisabled, ended.link) == (.admin, true, nil))
            await #expect(throws: DeskError.unauthorized) { try await desk.login(session.id) }

            for (change, error) in [
                (AccountChange(name: "New", isDisabled: true), DeskError.conflict),
                (.init(name: " "), .invalid(field: "name")),
                (.init(name: "New", role: .guest), .invalid(field: "role")),
            ] {
                await #expect(throws: error) { try await desk.change(root.id, change, by: admin) }
            }
            #expect(try await desk.account(root.id) == root)
            await #expect(throws: DeskError.notFound) {
                try await desk.change(Account.ID(rawValue: "none"), AccountChange(name: "x"), by: admin)
            }
        },
        StoreRule("only admins manage accounts") { bench in
            let (desk, agent, id) = (bench.desk, try await bench.agent(), try await bench.account("ann").id)
            await #expect(throws: DeskError.forbidden) { try await desk.linkedAccounts(for: agent) }
            await #expect(throws: DeskError.forbidden) {
                try await desk.invite(username: "x", name: "X", role: .agent, tokenHash: hash("x"), by: agent)
            }
            await #expect(throws: DeskError.forbidden) { try await desk.change(id, AccountChange(), by: agent) }
            await #expect(throws: DeskError.forbidden) {
                try await desk.issueLink(to: id, tokenHash: hash("x"), by: agent)
            }
            await #expect(throws: DeskError.forbidden) { try await desk.removeSecondFactor(of: id, by: agent) }
        },
    ]
}
