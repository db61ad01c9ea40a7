import Desk
import GRDB

/// The tickets that writes change, as the writer sees them: read once, and written once for each transaction, however
/// often they change in it. Confined to the writer's queue.
///
/// What was read stays known beyond a commit only while nobody else has written: no other connection, which SQLite's
/// data version tells (sqlite.org/pragma.html#pragma_data_version), and no write of another kind, before which all is
/// stored and forgotten. So seq is always the one in the database.
///
/// It also knows where a message stands that a client may send again. An index of their client ids would cost each
/// message a page of its own in the log, since clients choose them at random: half of what storing a message cost SQLite.
final class WorkingTickets {
    private struct Entry {
        var stored: Ticket
        var current: Ticket
    }

    /// Some megabytes. Beyond it all are read anew.
    private static let limit = 2048

    /// What a dictionary costs beside its hashes, in hashes.
    private static let hashesOfATicket = 16

    private let hashLimit: Int
    private var entries: [Ticket.ID: Entry] = [:]
    /// Of the client ids of all messages of a ticket, with the seq of the last message that has it. Those of other kinds
    /// of write are in tickets that are new then; what was rolled back or erased stands here too much, and is looked for
    /// in vain.
    private var hashes: [Ticket.ID: [Int: Int]] = [:]
    private var hashCount = 0
    /// Those of tickets that have not been asked for since ``hashes`` last had too many.
    private var olderHashes: [Ticket.ID: [Int: Int]] = [:]
    private var changed: Set<Ticket.ID> = []
    private var dataVersion: Int?

    /// - Parameter hashLimit: As many hashes with their seqs are kept, and as many older ones: of 16 bytes and the room that
    ///   a dictionary leaves, some megabytes.
    init(hashLimit: Int = 131_072) {
        self.hashLimit = hashLimit
    }

    /// To be called in each new transaction, once it has the lock.
    func begin(in db: Database) throws {
        let version = try db.first("PRAGMA data_version") { $0[0] as Int }
        if version != dataVersion || entries.count > Self.limit { forget() }
        if version != dataVersion || hashCount > hashLimit {
            olderHashes = version == dataVersion ? hashes : [:]
            hashes = [:]
            hashCount = 0
        }
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

    /// Where to look first for a message with this client id; nil if there is none. Reads the ticket's messages the first
    /// time.
    func seq(of id: ClientID, in ticket: Ticket, _ db: Database) throws -> Int? {
        let hash = id.rawValue.hashValue
        if let known = hashes[ticket.id] { return known[hash] }
        let known =
            try olderHashes.removeValue(forKey: ticket.id)
            ?? Dictionary(
                MessageRows.clientIDs(of: ticket, in: db).map { ($0.clientID.hashValue, $0.seq) },
                uniquingKeysWith: max
            )
        hashes[ticket.id] = known
        hashCount += known.count + Self.hashesOfATicket
        return known[hash]
    }

    /// - Parameter message: One that was stored now.
    func noteStored(_ message: Message) {
        guard let id = message.clientID else { return }
        // Of a ticket that nobody has asked for lately, all will be read.
        guard hashes[message.ticketID] != nil else { return olderHashes[message.ticketID] = nil }
        hashes[message.ticketID]?[id.rawValue.hashValue] = message.seq
        hashCount += 1
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
