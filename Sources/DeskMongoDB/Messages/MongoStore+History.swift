#if MongoDB
package import Desk

extension MongoStore {
    package func history(
        of id: Ticket.ID,
        _ range: HistoryRange,
        isAllowed: @escaping @Sendable (Ticket) throws(DeskError) -> Void
    ) async throws(DeskError) -> History {
        try await attempt {
            guard let record = try await self.record(id) else { throw DeskError.notFound }
            try isAllowed(record.ticket)
            var page = HistoryPage(range)
            for message in try await self.messages(of: record, range) where !page.add(message) { break }
            return page.history(of: record.ticket)
        }
    }

    /// In the direction asked for, one more than the limit if there is one. Those after the ticket was read are left
    /// out, and the newest is there even if only the ticket has it yet.
    private func messages(of record: TicketRecord, _ range: HistoryRange) async throws -> [Message] {
        let (bounds, order): (BSONDocument, BSONValue)
        let newest = record.ticket.lastSeq
        switch range.direction {
        case .after(let seq): (bounds, order) = (["$gt": .int(seq), "$lte": .int(newest)], 1)
        case .before(let seq): (bounds, order) = (["$lt": .int(seq), "$lte": .int(newest)], -1)
        case .newest: (bounds, order) = (["$lte": .int(newest)], -1)
        }
        var messages =
            try await database.find(
                in: MessageDocuments.collection,
                ["ticketId": .string(record.ticket.id.rawValue), "seq": .document(bounds)],
                sort: ["seq": order],
                limit: range.limit + 1
            )
            .map(MessageDocuments.decode)
        guard let last = record.last, !messages.contains(where: { $0.seq == last.seq }) else { return messages }
        switch range.direction {
        case .after(let seq) where last.seq > seq && messages.count <= range.limit: messages.append(last)
        case .before(let seq) where last.seq < seq: messages.insert(last, at: 0)
        case .newest: messages.insert(last, at: 0)
        case .after, .before: break
        }
        return messages
    }
}
#endif
