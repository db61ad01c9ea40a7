import Testing

@testable import Desk

struct QueryTests {
    @Test func `a history asks after, before or for the newest`() throws {
        #expect(try HistoryRange() == HistoryRange(limit: 50))
        #expect(try HistoryRange(afterSeq: 0).direction == .after(0))
        #expect(try HistoryRange(beforeSeq: 9, limit: 200).direction == .before(9))
    }

    @Test(arguments: [
        (1, 2, 50, "beforeSeq"), (-1, nil, 50, "afterSeq"), (nil, -1, 50, "beforeSeq"),
        (nil, nil, 0, "limit"), (nil, nil, 201, "limit"),
    ])
    func `any other history is refused by field`(after: Int?, before: Int?, limit: Int, field: String) {
        #expect(throws: DeskError.invalid(field: field)) {
            try HistoryRange(afterSeq: after, beforeSeq: before, limit: limit)
        }
    }

    private func query(
        _ status: String? = nil,
        _ assignee: String? = nil,
        limit: Int? = nil,
        cursor: String? = nil
    ) throws(DeskError) -> TicketQuery {
        try TicketQuery(status: status, assignee: assignee, limit: limit, cursor: cursor, caller: .sampleAgent)
    }

    @Test func `a list is of open tickets unless it says otherwise`() throws {
        #expect(try query() == TicketQuery(status: .open, assignee: .anyone, limit: 50))
        #expect(try query("closed", "none").status == .closed)
        #expect(try query("all", "none").assignee == .nobody)
        #expect(try query("all").status == nil)
        #expect(try query(nil, "me").assignee == .account(Account.ID(rawValue: "a")))
        #expect(try query(nil, "b").assignee == .account(Account.ID(rawValue: "b")))
        #expect(try query(limit: 100, cursor: "12-3").cursor?.number == 3)
    }

    @Test func `any other list is refused by field`() {
        #expect(throws: DeskError.invalid(field: "status")) { try query("ended") }
        for limit in [0, 101, -1] {
            #expect(throws: DeskError.invalid(field: "limit")) { try query(limit: limit) }
        }
        for cursor in ["", "1", "1-2-3", "a-b", "1-", "99999999999999999999-1"] {
            #expect(throws: DeskError.invalid(field: "cursor")) { try query(cursor: cursor) }
        }
    }

    @Test func `a cursor survives the wire`() {
        var ticket = Ticket.sample()
        ticket.lastMessageAt = Timestamp(milliseconds: 1_790_000_000_000)
        let cursor = TicketCursor(ticket)
        #expect(TicketCursor(rawValue: cursor.rawValue) == cursor)
    }
}
