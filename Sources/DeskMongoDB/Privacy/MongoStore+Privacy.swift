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
}
#endif
