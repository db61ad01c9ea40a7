import Desk
import Testing

extension StoreContract {
    static let auditRules = [
        StoreRule("each change of an account is in the audit log, with who made it") { bench in
            let (admin, other) = (try await bench.account("root", role: .admin), try await bench.account("ada"))
            let desk = bench.desk
            _ = try await desk.setRole(.admin, of: other.id, by: admin.actor)
            _ = try await desk.setDisabled(true, other.id, by: admin.actor)
            _ = try await desk.setDisabled(false, other.id, by: .commandLine)
            let renewed = try await desk.resetPassword(of: other.id, to: "$secret", by: .commandLine)
            _ = try await desk.requireSecondFactor(true, of: other.id, by: admin.actor)
            let factor = SecondFactor(sealedSecret: "sealed", lastStep: 1, recoveryCodes: ["hash"])
            _ = try await desk.setUp(factor, for: renewed)
            _ = try await desk.replaceRecoveryCodes(of: renewed, with: ["another", "more"])
            _ = try await desk.useSecondFactor(.step(2, sealedSecret: "sealed"), of: other.id)
            _ = try await desk.useSecondFactor(.recoveryCode("another"), of: other.id)
            _ = try await desk.removeSecondFactor(of: other.id, by: admin.actor)
            let own = Actor.account(other.id, name: other.name)
            let target = AuditTarget.account(other)
            #expect(
                try await bench.audit().dropFirst()
                    == [
                        AuditEntry(.accountCreated, on: target, by: .commandLine, at: bench.now, detail: "agent"),
                        AuditEntry(.accountRole, on: target, by: admin.actor, at: bench.now, detail: "admin"),
                        AuditEntry(.accountDisabled, on: target, by: admin.actor, at: bench.now),
                        AuditEntry(.accountEnabled, on: target, by: .commandLine, at: bench.now),
                        AuditEntry(.passwordReset, on: target, by: .commandLine, at: bench.now),
                        AuditEntry(.secondFactorRequired, on: target, by: admin.actor, at: bench.now, detail: "on"),
                        AuditEntry(.secondFactorSet, on: target, by: own, at: bench.now),
                        AuditEntry(.recoveryCodesRenewed, on: target, by: own, at: bench.now),
                        AuditEntry(.recoveryCodeUsed, on: target, by: own, at: bench.now, detail: "1 left"),
                        AuditEntry(.secondFactorRemoved, on: target, by: admin.actor, at: bench.now),
                    ]
            )
        },
        StoreRule("invitations, links and changes of an account at once are in the audit log") { bench in
            let (desk, root) = (bench.desk, try await bench.account("root", role: .admin))
            let hash = PasswordLink.TokenHash(rawValue: "hash")
            let invited = try await desk.invite(
                username: "ada",
                name: "Ada",
                role: .agent,
                tokenHash: hash,
                by: root.principal
            )
            let ada = try await desk.setPassword(to: "$", using: hash)
            _ = try await desk.issueLink(to: ada.id, tokenHash: hash, by: root.principal)
            let change = AccountChange(name: "Ada L", role: .admin, isDisabled: true, requiresSecondFactor: true)
            _ = try await desk.change(ada.id, change, by: root.principal)
            _ = try await desk.change(ada.id, change, by: root.principal)
            let (actor, target) = (root.actor, AuditTarget.account(invited.account))
            #expect(
                try await bench.audit().dropFirst()
                    == [
                        AuditEntry(.accountCreated, on: target, by: actor, at: bench.now, detail: "agent"),
                        AuditEntry(.linkIssued, on: target, by: actor, at: bench.now, detail: "invite"),
                        AuditEntry(.linkUsed, on: target, by: ada.actor, at: bench.now, detail: "invite"),
                        AuditEntry(.linkIssued, on: target, by: actor, at: bench.now, detail: "reset"),
                        AuditEntry(.accountRenamed, on: target, by: actor, at: bench.now, detail: "Ada L"),
                        AuditEntry(.secondFactorRequired, on: target, by: actor, at: bench.now, detail: "on"),
                        AuditEntry(.accountRole, on: target, by: actor, at: bench.now, detail: "admin"),
                        AuditEntry(.accountDisabled, on: target, by: actor, at: bench.now),
                    ]
            )
        },
        StoreRule("logins and their ends are in the audit log, renewal and use are not") { bench in
            let account = try await bench.account("ada", role: .admin)
            let desk = bench.desk
            let first = try await desk.beginSession(of: account, browser: "Firefox on Linux")
            _ = try await desk.renewSession(first.id)
            await desk.noteUse(of: first)
            let second = try await desk.beginSession(of: account)
            let third = try await desk.beginSession(of: account)
            try await desk.endSession(second.id, ofAll: true, by: account.principal)
            try await desk.endOtherSessions(than: desk.login(first.id))
            for _ in 1...2 { try await desk.endSession(first.id, because: .logout) }
            try await desk.endSession(third.id, because: .logout)
            let (actor, target) = (account.actor, AuditTarget.account(account))
            let browser = "Firefox on Linux"
            #expect(
                try await bench.audit().dropFirst()
                    == [
                        AuditEntry(.loginSuccess, on: target, by: actor, at: bench.now, detail: browser),
                        AuditEntry(.loginSuccess, on: target, by: actor, at: bench.now),
                        AuditEntry(.loginSuccess, on: target, by: actor, at: bench.now),
                        AuditEntry(.sessionRevoked, on: target, by: actor, at: bench.now),
                        AuditEntry(.sessionRevoked, on: target, by: actor, at: bench.now, detail: "all others"),
                        AuditEntry(.logout, on: target, by: actor, at: bench.now, detail: browser),
                    ]
            )
        },
        StoreRule("exports, erasures and what expires are in the audit log, without a name") { bench in
            let (admin, guest) = (try await bench.account(role: .admin), bench.guest("Ada"))
            let ticket = try await bench.ticket(by: guest, text: "hello")
            _ = try await bench.desk.export(ticket.customerID, by: admin.principal)
            _ = try await bench.desk.erase(ticket.customerID, by: .commandLine)
            let old = try await bench.ticket(by: bench.guest(), text: "old")
            _ = try await bench.desk.close(old.id, by: admin.principal)
            bench.advance(by: .seconds(10))
            for _ in 1...2 { _ = try await bench.desk.eraseTickets(closedFor: .seconds(5)) }
            let target = AuditTarget(kind: .guest, id: ticket.customerID.rawValue)
            let start = bench.now.advanced(by: .seconds(-10))
            let size = "1 tickets, 1 messages"
            #expect(
                try await bench.audit().dropFirst()
                    == [
                        AuditEntry(.guestExported, on: target, by: admin.actor, at: start),
                        AuditEntry(.guestErased, on: target, by: .commandLine, at: start, detail: size),
                        AuditEntry(.ticketsExpired, by: .system, at: bench.now, detail: size),
                    ]
            )
        },
        StoreRule("changes of settings and sites are in the audit log, without words and secrets") { bench in
            let admin = try await bench.account(role: .admin)
            let desk = bench.desk
            let profile = Site.initial.profile
            let site = try await desk.createSite(profile, by: admin.principal)
            let origin = try #require(WebOrigin("https://shop.test"))
            for _ in 1...2 {
                try await desk.setWordFilter(WordFilter(mode: .mask, words: ["darn"]), by: .commandLine)
                try await desk.setRetention(Retention(days: 30), by: admin.principal)
                _ = try await desk.allow(origin, on: site.id, by: admin.principal)
            }
            let moved = try SiteProfile(
                name: profile.name,
                origins: ["https://b.test", "https://a.test"].compactMap { WebOrigin($0) },
                appearance: profile.appearance,
                hours: nil
            )
            _ = try await desk.changeSite(site.id, to: moved, by: admin.principal)
            _ = try await desk.setSecret("sealed", of: site.id, by: admin.principal)
            try await desk.deleteSite(site.id, by: admin.principal)
            let (actor, target) = (admin.actor, AuditTarget.site(site))
            let allowed = "allowed https://shop.test"
            let changed = "allowed https://a.test https://b.test, forbade https://shop.test"
            #expect(
                try await bench.audit().dropFirst()
                    == [
                        AuditEntry(.siteCreated, on: target, by: actor, at: bench.now),
                        AuditEntry(.wordFilter, by: .commandLine, at: bench.now, detail: "mask, 1 words"),
                        AuditEntry(.retention, by: actor, at: bench.now, detail: "30 days"),
                        AuditEntry(.siteChanged, on: target, by: actor, at: bench.now, detail: allowed),
                        AuditEntry(.siteChanged, on: target, by: actor, at: bench.now, detail: changed),
                        AuditEntry(.siteSecret, on: target, by: actor, at: bench.now),
                        AuditEntry(.siteDeleted, on: target, by: actor, at: bench.now),
                    ]
            )
        },
        StoreRule("changes of canned replies are in the audit log, without their texts") { bench in
            let (desk, admin) = (bench.desk, try await bench.account("root", role: .admin))
            let principal = admin.principal
            let reply = try await desk.saveCannedReply(nil, title: "Hello", text: "Good day", by: principal)
            for title in ["Hello", "Welcome"] {
                _ = try await desk.saveCannedReply(reply.id, title: title, text: "Good day", by: principal)
            }
            try await desk.deleteCannedReply(reply.id, by: principal)
            func target(_ title: String) -> AuditTarget {
                AuditTarget(kind: .cannedReply, id: reply.id.rawValue, name: title)
            }
            #expect(
                try await bench.audit().dropFirst()
                    == [
                        AuditEntry(.cannedReplyCreated, on: target("Hello"), by: admin.actor, at: bench.now),
                        AuditEntry(.cannedReplyChanged, on: target("Welcome"), by: admin.actor, at: bench.now),
                        AuditEntry(.cannedReplyDeleted, on: target("Welcome"), by: admin.actor, at: bench.now),
                    ]
            )
        },
        StoreRule("what is refused or changes nothing is not in the audit log") { bench in
            let admin = try await bench.account("root", role: .admin)
            let before = try await bench.audit()
            await #expect(throws: DeskError.conflict) {
                try await bench.desk.setDisabled(true, admin.id, by: .commandLine)
            }
            await #expect(throws: DeskError.conflict) { try await bench.account("root") }
            await #expect(throws: DeskError.notFound) {
                try await bench.desk.erase(Guest.ID(rawValue: "nobody"), by: .commandLine)
            }
            await #expect(throws: DeskError.notFound) {
                try await bench.desk.export(Guest.ID(rawValue: "nobody"), by: .commandLine)
            }
            _ = try await bench.desk.setRole(.admin, of: admin.id, by: .commandLine)
            _ = try await bench.desk.setDisabled(false, admin.id, by: .commandLine)
            _ = try await bench.desk.requireSecondFactor(false, of: admin.id, by: .commandLine)
            #expect(try await bench.audit() == before)
        },
        StoreRule("the audit log is read in pages, newest first, and of one action") { bench in
            for number in 1...7 {
                try await bench.desk.record(number % 2 == 0 ? .backupMade : .secretRotated, by: .commandLine)
            }
            var (found, cursor): ([AuditRecord], String?) = ([], nil)
            repeat {
                let page = try await bench.desk.audit(AuditQuery(limit: 3, cursor: cursor), for: nil)
                #expect(page.records.count == min(3, 7 - found.count))
                found += page.records
                cursor = page.next
            } while cursor != nil
            #expect(found.count == 7)
            #expect(found.map(\.number) == found.map(\.number).sorted(by: >))
            let backups = try await bench.desk.audit(AuditQuery(action: "backup.made"), for: nil)
            #expect(backups.records.map(\.entry.action) == [.backupMade, .backupMade, .backupMade])
            #expect(backups.next == nil)
        },
        StoreRule("only admins read the audit log, and only with a query that makes sense") { bench in
            let (agent, admin) = (try await bench.agent("ada"), try await bench.agent("root", role: .admin))
            for principal in [agent, bench.guest()] {
                await #expect(throws: DeskError.forbidden) {
                    try await bench.desk.audit(AuditQuery(), for: principal)
                }
            }
            #expect(try await bench.desk.audit(AuditQuery(limit: 200), for: admin).records.count == 2)
            for limit in [0, -1, 201, .max] {
                #expect(throws: DeskError.invalid(field: "limit")) { try AuditQuery(limit: limit) }
            }
            for cursor in ["", "x", "1.5", "99999999999999999999"] {
                #expect(throws: DeskError.invalid(field: "cursor")) { try AuditQuery(cursor: cursor) }
            }
            #expect(throws: DeskError.invalid(field: "action")) { try AuditQuery(action: "login") }
        },
    ]
}
