import Testing

@testable import Desk

struct TicketQuotaTests {
    private static let hour: Int64 = 3_600_000
    private let quota = Limits().ticketQuota

    private func check(open: Int, createdAt times: [Int64], at now: Int64) throws(DeskError) {
        let guest = Guest(
            id: Guest.ID(rawValue: "g"),
            name: nil,
            email: nil,
            isVerified: false,
            createdAt: Timestamp(milliseconds: 0)
        )
        let newest = times.sorted(by: >).map { Timestamp(milliseconds: $0) }
        let facts = CreationFacts(guest: guest, number: 1, openTickets: open, newest: newest)
        try quota.check(facts, at: Timestamp(milliseconds: now))
    }

    @Test func `five tickets can be open`() throws {
        try check(open: 4, createdAt: [], at: 0)
        #expect(throws: DeskError.rateLimited(retryAfter: .seconds(600))) { try check(open: 5, createdAt: [], at: 0) }
    }

    @Test func `ten can be new, then one each six minutes`() throws {
        let times = (0..<10).map { Self.hour * 100 + $0 }
        try check(open: 0, createdAt: Array(times.dropLast()), at: times[9])
        #expect(throws: DeskError.rateLimited(retryAfter: .milliseconds(360_000 - 9))) {
            try check(open: 0, createdAt: times, at: times[9])
        }
        try check(open: 0, createdAt: times, at: times[0] + 360_000)
        try check(open: 0, createdAt: (0..<100).map { $0 * 360_000 }, at: 100 * 360_000)
    }

    @Test func `a clock that was set back keeps nobody waiting for days`() throws {
        try check(open: 0, createdAt: (0..<10).map { 1000 * Self.hour + $0 }, at: Self.hour)
    }

    @Test func `a retry gives the ticket there is, whatever the quota`() throws {
        let known = CreatedTicket(ticket: .sample(), message: nil)
        var facts = CreationFacts(
            guest: Guest(
                id: Guest.ID(rawValue: "g"),
                name: nil,
                email: nil,
                isVerified: false,
                createdAt: Timestamp(milliseconds: 0)
            ),
            number: 1,
            known: known,
            openTickets: 5
        )
        func create() throws(DeskError) -> CreatedTicket {
            try TicketRules.create(
                Ticket.ID(rawValue: "new"),
                site: .default,
                subject: "",
                message: nil,
                facts: facts,
                quota: quota,
                at: Timestamp(milliseconds: 0)
            )
            .answer
        }
        #expect(try create() == known)
        facts.known = nil
        #expect(throws: DeskError.rateLimited(retryAfter: .seconds(600))) { try create() }
        facts.openTickets = 0
        #expect(try create().isNew)
    }
}
