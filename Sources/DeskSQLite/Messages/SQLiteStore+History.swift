package import Desk
import GRDB

extension SQLiteStore {
    package func history(
        of id: Ticket.ID,
        _ range: HistoryRange,
        isAllowed: @escaping @Sendable (Ticket) throws(DeskError) -> Void
    ) async throws(DeskError) -> History {
        try await read { db in
            guard let ticket = try TicketRows.ticket(id, in: db) else { throw DeskError.notFound }
            try isAllowed(ticket)
            return try MessageRows.history(of: ticket, range, in: db)
        }
    }
}
