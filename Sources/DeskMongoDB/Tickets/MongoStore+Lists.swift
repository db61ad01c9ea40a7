#if MongoDB
package import Desk

extension MongoStore {
    package func tickets(_ query: TicketQuery, for caller: Account.ID) async throws(DeskError) -> TicketPage {
        try await attempt {
            var filter: BSONDocument = [:]
            switch query.assignee {
            case .anyone: break
            case .nobody: filter["assigneeId"] = .null
            case .account(let id): filter["assigneeId"] = .string(id.rawValue)
            }
            let statuses = query.status.map { [$0] } ?? [.open, .closed]
            let page = try await self.page(filter, statuses, limit: query.limit, before: query.cursor)
            return TicketPage(tickets: page.tickets, next: page.next, counts: try await self.counts(for: caller))
        }
    }

    package func tickets(
        of guest: Guest.ID,
        limit: Int,
        before cursor: TicketCursor?
    ) async throws(DeskError) -> OwnTicketPage {
        try await attempt {
            let filter: BSONDocument = ["customerId": .string(guest.rawValue)]
            let page = try await self.page(filter, [.open, .closed], limit: limit, before: cursor)
            return OwnTicketPage(tickets: page.tickets, next: page.next)
        }
    }

    package func openTickets(of guest: Guest.ID, limit: Int) async throws(DeskError) -> [Ticket] {
        try await attempt {
            try await self.page(["customerId": .string(guest.rawValue)], [.open], limit: limit, before: nil).tickets
        }
    }

    /// Each index has the status before the activity, so each status is a list already in order; MongoDB merges the
    /// two and stops at the limit.
    func page(
        _ filter: BSONDocument,
        _ statuses: [Ticket.Status],
        limit: Int,
        before cursor: TicketCursor?
    ) async throws -> (tickets: [Ticket], next: TicketCursor?) {
        var filter = filter
        filter["status"] = ["$in": .array(statuses.map { .string($0.rawValue) })]
        if let cursor {
            let moment = cursor.activityAt.bson
            filter["activityAt"] = ["$lte": moment]
            filter["$or"] = [["activityAt": ["$lt": moment]], ["number": ["$lt": .int(cursor.number)]]]
        }
        // One more than asked for tells whether there is a next page.
        var tickets =
            try await TicketDocuments.records(
                filter,
                sort: ["activityAt": -1, "number": -1],
                limit: limit + 1,
                in: database
            )
            .map(\.ticket)
        guard tickets.count > limit else { return (tickets, nil) }
        tickets.removeLast()
        return (tickets, tickets.last.map { TicketCursor($0) })
    }

    private func counts(for caller: Account.ID) async throws -> TicketCounts {
        func count(_ filter: BSONDocument) async throws -> Int {
            try await database.count(in: TicketDocuments.collection, filter)
        }
        return TicketCounts(
            mine: try await count(["assigneeId": .string(caller.rawValue), "status": "open"]),
            unassigned: try await count(["assigneeId": .null, "status": "open"]),
            open: try await count(["status": "open"]),
            closed: try await count(["status": "closed"])
        )
    }
}
#endif
