extension Desk {
    /// All that is stored about a guest, in pieces: who it is first, then each page of each ticket, by number
    /// and seq. A ticket of more than one page comes again with each.
    ///
    /// - Throws: ``DeskError/notFound`` for a guest who never opened a ticket.
    package func export(
        _ id: Guest.ID,
        guest write: (Guest) -> Void,
        page: (History) -> Void
    ) async throws(DeskError) {
        guard let guest = try await store.guest(id) else { throw .notFound }
        write(guest)
        for ticket in try await store.tickets(of: id) {
            var seq = 0
            while true {
                let range = try HistoryRange(afterSeq: seq, limit: HistoryRange.maximumLimit)
                let history = try await store.history(of: ticket.id, range) { _ in }
                page(history)
                guard history.hasMore, let last = history.messages.last else { break }
                seq = last.seq
            }
        }
    }

    /// Deletes a guest with all tickets and messages, for good. Who comes back with that guest's token is the same
    /// guest, with nothing.
    ///
    /// - Throws: ``DeskError/notFound`` for a guest who is not stored.
    package func erase(_ id: Guest.ID) async throws(DeskError) -> Erasure {
        try await store.erase(id)
    }

    /// Deletes the tickets that have been closed for longer than `age`, a few at a time, so that nobody waits long
    /// for the writer.
    package func eraseTickets(closedFor age: Duration) async throws(DeskError) -> Erasure {
        let moment = now().advanced(by: .zero - age)
        var total = Erasure()
        while true {
            let part = try await store.eraseTickets(closedBefore: moment, limit: 50)
            total.tickets += part.tickets
            total.messages += part.messages
            guard part.tickets == 50 else { return total }
        }
    }
}
