/// All that is stored about a guest, piece by piece, each read when it is asked for: who it is first, then each page of
/// each ticket, by number and seq. A ticket of more than one page comes again with each.
package struct GuestData: Sendable {
    package enum Piece: Sendable {
        case guest(Guest)
        case page(History)
    }

    private let store: any DeskStore
    private var guest: Guest?
    /// Those of which something is left, the next one last.
    private var tickets: [Ticket.ID]
    /// How far the next one has been read.
    private var seq = 0

    init(of guest: Guest, tickets: [Ticket], in store: any DeskStore) {
        self.store = store
        self.guest = guest
        self.tickets = tickets.map(\.id).reversed()
    }

    /// Nil once there is no more.
    package mutating func next() async throws(DeskError) -> Piece? {
        if let guest {
            self.guest = nil
            return .guest(guest)
        }
        while let id = tickets.last {
            do throws(DeskError) {
                let history = try await page(of: id)
                seq = history.hasMore ? history.messages.last?.seq ?? 0 : 0
                if seq == 0 { tickets.removeLast() }
                return .page(history)
            } catch .notFound {
                // Erased since: there is nothing more of it.
                tickets.removeLast()
                seq = 0
            }
        }
        return nil
    }

    private func page(of id: Ticket.ID) async throws(DeskError) -> History {
        let range = try HistoryRange(afterSeq: seq, limit: HistoryRange.maximumLimit)
        return try await store.history(of: id, range) { _ in }
    }
}
