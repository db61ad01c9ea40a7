import Desk
import GRDB

/// The tickets that writes change, as the writer sees them: read once, and written once for each transaction, however
/// often they change in it. Confined to the writer's queue.
///
/// What was read stays known beyond a commit only while nobody else has written: no other connection, which SQLite's
/// data version tells (sqlite.org/pragma.html#pragma_data_version), and no write of another kind, before which all is
/// stored and forgotten. So seq is always the one in the database.
final class WorkingTickets {
    private struct Entry {
        var stored: Ticket
        var current: Ticket
    }

    /// Some megabytes. Beyond it all are read anew.
    private static let limit = 2048

    private var entries: [Ticket.ID: Entry] = [:]
    private var changed: Set<Ticket.ID> = []
    private var dataVersion: Int?

    /// To be called in each new transaction, once it has the lock.
    func begin(in db: Database) throws {
        let version = try db.first("PRAGMA data_version") { $0[0] as Int }
        if version != dataVersion || entries.count > Self.limit { forget() }
        dataVersion = version
    }

    func ticket(_ id: Ticket.ID, in db: Database) throws -> Ticket? {
        if let entry = entries[id] { return entry.current }
        guard let ticket = try TicketRows.ticket(id, in: db) else { return nil }
        entries[id] = Entry(stored: ticket, current: ticket)
        return ticket
    }

    /// - Parameter ticket: One that ``ticket(_:in:)`` has answered, changed.
    func put(_ ticket: Ticket) {
        entries[ticket.id]?.current = ticket
        changed.insert(ticket.id)
    }

    /// Writes what has changed. Before a commit, and before anybody else looks at the tables.
    func store(in db: Database) throws {
        for id in changed {
            guard let entry = entries[id] else { continue }
            try TicketRows.update(entry.current, from: entry.stored, in: db)
            entries[id]?.stored = entry.current
        }
        changed.removeAll(keepingCapacity: true)
    }

    /// After a rollback, or when somebody else may have written.
    func forget() {
        entries.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
    }
}
