#if MongoDB
package import Desk

extension MongoStore {
    package func tickets(of guest: Guest.ID) async throws(DeskError) -> [Ticket] {
        try await attempt {
            _ = try await self.finished(guest)
            var (tickets, number): ([Ticket], Int) = ([], -1)
            while true {
                let page = try await TicketDocuments.records(
                    ["customerId": .string(guest.rawValue), "number": ["$gt": .int(number)]],
                    sort: ["number": 1],
                    limit: Self.batch,
                    in: self.database
                )
                tickets += page.map(\.ticket)
                guard let last = page.last else { return tickets }
                number = last.ticket.number
            }
        }
    }

    /// The commit is the guest's document, which has the entry for the audit log and says that all goes.
    package func erase(
        _ guest: Guest.ID,
        audit: @escaping @Sendable (Erasure) -> AuditEntry?
    ) async throws(DeskError) -> Erasure {
        try await attempt {
            let (erasure, ids) = try await self.changeRecord(of: guest) { record in
                guard var next = record, next.known != nil else { throw DeskError.notFound }
                let (erasure, ids) = try await self.extent(of: guest)
                next.state = .erasing
                if let entry = audit(erasure) { next.audit.append(.document(AuditDocuments.encode(entry))) }
                return (next, (erasure, ids))
            }
            try Self.reached(.erasing)
            _ = try await self.finished(guest)
            try await self.eraseAgain(ids)
            return erasure
        }
    }

    private func extent(of guest: Guest.ID) async throws -> (Erasure, [Ticket.ID]) {
        var (erasure, ids, number): (Erasure, [Ticket.ID], Int) = (Erasure(), [], -1)
        while true {
            let page = try await database.find(
                in: TicketDocuments.collection,
                ["customerId": .string(guest.rawValue), "number": ["$gt": .int(number)]],
                sort: ["number": 1],
                limit: Self.batch
            )
            for ticket in page {
                erasure.tickets += 1
                // As many as there are: seq has no hole.
                erasure.messages += try ticket.number("lastSeq")
                ids.append(Ticket.ID(rawValue: try ticket.text("_id")))
                number = try ticket.number("number")
            }
            if page.isEmpty { return (erasure, ids) }
        }
    }

    /// A write of this node that was committed before may have stored its message since.
    private func eraseAgain(_ tickets: [Ticket.ID]) async throws {
        for ticket in tickets { try await turns.take(ticket.rawValue, isCommitted: true) {} }
        for start in stride(from: 0, to: tickets.count, by: Self.batch) {
            try await eraseContents(of: Array(tickets[start...].prefix(Self.batch)))
        }
    }
}
#endif
