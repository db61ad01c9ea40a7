#if MongoDB
package import Desk

extension MongoStore {
    /// Places looked at for one page: where few of them count, a page has fewer and says where to go on.
    private static let longestScan = 2000

    package func search(_ query: SearchQuery) async throws(DeskError) -> SearchPage {
        try await attempt {
            let phrases = SearchPhrases(query)
            var page = SearchPage(finds: [], next: nil)
            guard !phrases.isEmpty else { return page }
            var (looked, cursor) = (0, query.cursor ?? Int.max)
            while looked < Self.longestScan {
                let places = try await self.places(phrases, before: cursor, limit: query.limit + 1)
                for place in places {
                    guard page.finds.count < query.limit else {
                        page.next = cursor
                        return page
                    }
                    looked += 1
                    cursor = place.number
                    guard let find = place.find, phrases.fit(find.text) else { continue }
                    guard query.status == nil || query.status == find.ticket.status else { continue }
                    page.finds.append(find)
                }
                guard places.count > query.limit else { return page }
            }
            page.next = cursor
            return page
        }
    }

    private struct Place {
        var number: Int
        /// Nil for what belongs to a ticket that is gone.
        var find: SearchFind?
    }

    /// Those with all words, newest first. Not all of them have the words side by side where that was asked for.
    private func places(_ phrases: SearchPhrases, before cursor: Int, limit: Int) async throws -> [Place] {
        func find(in collection: String, _ fields: [BSONValue]) async throws(MongoError) -> [BSONDocument] {
            let filter: BSONDocument = ["$and": .array(fields), "place": ["$lt": .int(cursor)]]
            return try await database.find(in: collection, filter, sort: ["place": -1], limit: limit)
        }
        let heads = try await find(in: TicketDocuments.collection, phrases.filter("words", "guestWords"))
        let messages = try await find(in: MessageDocuments.collection, phrases.filter("words"))
        let notes = try await find(in: NoteDocuments.collection, phrases.filter("words"))

        let tickets = try await tickets(Set((messages + notes).compactMap { $0["ticketId"]?.string }), heads)
        var places = try heads.map { head in
            Place(number: try head.number("place"), find: tickets[try head.text("_id")].map(Self.find))
        }
        for (documents, isNote) in [(messages, false), (notes, true)] {
            places += try documents.map { document in
                let (seq, text) = (try document.number("seq"), try document.text("text"))
                let place: SearchFind.Place = isNote ? .note(seq: seq) : .message(seq: seq)
                return Place(
                    number: try document.number("place"),
                    find: tickets[try document.text("ticketId")]
                        .map { SearchFind(ticket: $0, place: place, text: text) }
                )
            }
        }
        return Array(places.sorted { $0.number > $1.number }.prefix(limit))
    }

    private func tickets(_ ids: Set<String>, _ heads: [BSONDocument]) async throws -> [String: Ticket] {
        let others = ids.subtracting(heads.compactMap { $0["_id"]?.string })
        let documents = heads + (try await database.find(in: TicketDocuments.collection, ids: others))
        var tickets: [String: Ticket] = [:]
        // Nil: one is just moving to another guest, and found again with the next look.
        for record in try await TicketDocuments.records(documents, in: database) ?? [] {
            tickets[record.ticket.id.rawValue] = record.ticket
        }
        return tickets
    }

    private static func find(_ ticket: Ticket) -> SearchFind {
        let texts = [ticket.subject, ticket.customerName, ticket.customerEmail].compactMap(\.self)
        return SearchFind(ticket: ticket, place: .ticket, text: texts.filter { !$0.isEmpty }.joined(separator: "\n"))
    }
}
#endif
