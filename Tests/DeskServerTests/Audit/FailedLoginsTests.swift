import Desk
import Testing

@testable import DeskServer

struct FailedLoginsTests {
    private let start = Timestamp(milliseconds: 1_790_000_000_000)

    private func account(_ username: String) throws -> Account {
        Account(
            id: Account.ID(rawValue: "id of \(username)"),
            username: try Username(username),
            name: username,
            role: .agent,
            passwordHash: "$",
            isDisabled: false,
            createdAt: start,
            changedAt: start
        )
    }

    @Test func `a few failures are told one by one, with the account if there is one`() throws {
        var failures = FailedLogins()
        let ada = try account("ada")
        failures.note(ada, at: start)
        failures.note(nil, at: start)
        #expect(
            failures.take(at: start) == [
                AuditEntry(.loginFailure, on: .account(ada), by: .nobody, at: start),
                AuditEntry(.loginFailure, by: .nobody, at: start),
            ]
        )
        #expect(failures.take(at: start).isEmpty)
    }

    @Test func `what goes beyond a few is counted, and told when the window has passed`() throws {
        var failures = FailedLogins()
        let ada = try account("ada")
        for _ in 1...8 { failures.note(ada, at: start) }
        failures.noteThrottled(ada.username, at: start)
        #expect(failures.take(at: start).count == FailedLogins.mostEntriesOfOne)
        let end = start.advanced(by: FailedLogins.window)
        #expect(failures.take(at: end.advanced(by: .milliseconds(-1))).isEmpty)
        let summary = AuditEntry(.loginThrottled, on: .account(ada), by: .nobody, at: end, detail: "4 tries")
        #expect(failures.take(at: end) == [summary])
        #expect(failures.take(at: end).isEmpty)
    }

    @Test func `a name that was turned away is not told unless it is known to be an account's`() throws {
        var failures = FailedLogins()
        failures.noteThrottled(try Username("hunter2"), at: start)
        failures.noteThrottled(nil, at: start)
        let summary = AuditEntry(.loginThrottled, by: .nobody, at: start, detail: "2 tries")
        #expect(failures.take(at: start, isLast: true) == [summary])
    }

    @Test func `a try that is turned away at a window's edge hides no account in the next`() throws {
        var failures = FailedLogins()
        let ada = try account("ada")
        failures.note(ada, at: start)
        _ = failures.take(at: start)
        let next = start.advanced(by: FailedLogins.window + .milliseconds(100))
        failures.noteThrottled(ada.username, at: next)
        failures.note(ada, at: next)
        #expect(failures.take(at: next) == [AuditEntry(.loginFailure, on: .account(ada), by: .nobody, at: next)])
    }

    @Test func `a flood of failures for many accounts takes a bounded number of entries`() throws {
        var failures = FailedLogins()
        var entries: [AuditEntry] = []
        for number in 0..<10_000 {
            failures.note(number % 2 == 0 ? try account("user\(number)") : nil, at: start)
            failures.noteThrottled(try Username("user\(number)"), at: start)
            entries += failures.take(at: start)
        }
        #expect(entries.count == FailedLogins.mostEntries)
        entries += failures.take(at: start.advanced(by: FailedLogins.window))
        #expect(entries.count <= 2 * FailedLogins.mostEntries + 1)
        let counted = entries.compactMap { $0.detail?.split(separator: " ").first.flatMap { Int($0) } }.reduce(0, +)
        #expect(counted + FailedLogins.mostEntries == 20_000)
    }

    @Test func `a clock that is set back closes the window`() throws {
        var failures = FailedLogins()
        for _ in 1...6 { failures.note(nil, at: start) }
        #expect(failures.take(at: start.advanced(by: .seconds(-1))).count == FailedLogins.mostEntriesOfOne + 1)
    }

    @Test func `a right password is told once its code has not come for a window`() throws {
        var failures = FailedLogins()
        let (ada, ben) = (try account("ada"), try account("ben"))
        for _ in 1...2 { failures.noteCodeAsked(ada, at: start) }
        failures.noteCodeAsked(ben, at: start)
        failures.noteSuccess(ben.username)
        let end = start.advanced(by: FailedLogins.window)
        #expect(failures.take(at: end.advanced(by: .milliseconds(-1))).isEmpty)
        let entry = AuditEntry(.loginUnfinished, on: .account(ada), by: .nobody, at: end, detail: "2 tries")
        #expect(failures.take(at: end) == [entry])
        #expect(failures.take(at: end, isLast: true).isEmpty)
        failures.noteCodeAsked(ben, at: end)
        #expect(failures.take(at: end, isLast: true).map(\.detail) == ["1 try"])
    }

    @Test func `right passwords of many accounts take a bounded number of entries`() throws {
        var failures = FailedLogins()
        for number in 0..<1_000 { failures.noteCodeAsked(try account("user\(number)"), at: start) }
        #expect(failures.take(at: start, isLast: true).count == FailedLogins.mostEntries)
    }

    @Test func `what could not be written comes first the next time, up to a bound`() throws {
        var failures = FailedLogins()
        let (ada, ben) = (try account("ada"), try account("ben"))
        failures.note(ada, at: start)
        let unwritten = failures.take(at: start)
        failures.note(ben, at: start)
        failures.putBack(unwritten)
        #expect(failures.take(at: start).map(\.target) == [.account(ada), .account(ben)])
        let many = Array(repeating: unwritten, count: FailedLogins.mostWaiting + 1).joined()
        failures.putBack(many)
        failures.note(ada, at: start)
        #expect(failures.take(at: start).count == FailedLogins.mostWaiting)
    }
}
