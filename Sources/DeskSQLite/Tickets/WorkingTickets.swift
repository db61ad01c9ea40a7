import Desk
import GRDB

/// The tickets that writes change, as the writer sees them: read once, and written once for each transaction, however
/// often they change in it. Confined to the writer's queue.
///
/// What was read stays known beyond a commit only while nobody else has written: no other connection, which SQLite's
/// data version tells (sqlite.org/pragma.html#pragma_data_version), and no write of another kind, before which all is
/// stored and forgotten. So seq is always the one in the database.
///
/// It also knows whether a client may have sent a message before. An index of their client ids would cost each
/// message a page of its own in the log, since clients choose them at random: half of what storing a message cost SQLite.
final class WorkingTickets {
    // Both are classes: to change a value in a dictionary in place allocates more than to find an object there.

    private final class Entry {
        var stored: Ticket
        var current: Ticket
        var isChanged = false

        init(_ ticket: Ticket) {
            self.stored = ticket
            self.current = ticket
        }
    }

    /// Of each client id of a ticket's messages, 32 bits of its hash.
    private final class ClientIDs {
        private(set) var hashes: Set<UInt32>

        init(_ ids: some Sequence<String>) {
            hashes = Set(ids.lazy.map(Self.hash))
        }

        func insert(_ id: ClientID) {
            hashes.insert(Self.hash(id.rawValue))
        }

        func contains(_ id: ClientID) -> Bool {
            hashes.contains(Self.hash(id.rawValue))
        }

        private static func hash(_ id: String) -> UInt32 {
            UInt32(truncatingIfNeeded: id.hashValue)
        }
    }

    /// Some megabytes. Beyond it all are read anew.
    private static let limit = 2048

    /// What a ticket costs beside its hashes, in hashes.
    private static let hashesOfATicket = 24

    private let hashLimit: Int
    private var entries: [Ticket.ID: Entry] = [:]
    /// Those of other kinds of write are in tickets that are new then; what was rolled back or erased stands here too much,
    /// and is looked for in vain.
    private var clientIDs: [Ticket.ID: ClientIDs] = [:]
    private var hashCount = 0
    /// Those of tickets that have not been asked for since there were last too many ``clientIDs``.
    private var olderClientIDs: [Ticket.ID: ClientIDs] = [:]
    private var changed: [Entry] = []
    private var dataVersion: Int?

    /// - Parameter hashLimit: As many hashes are kept, and as many older ones: of 4 bytes and the room that a set leaves,
    ///   4 MB. Of tickets that do not fit, all client ids are read again each time they come back.
    init(hashLimit: Int = 524_288) {
        self.hashLimit = hashLimit
    }

    /// To be called in each new transaction, once it has the lock.
    func begin(in db: Database) throws {
        let version = try db.first("PRAGMA data_version") { $0[0] as Int }
        if version != dataVersion || entries.count > Self.limit { forget() }
        if version != dataVersion || hashCount > hashLimit {
            olderClientIDs = version == dataVersion ? clientIDs : [:]
            clientIDs = [:]
            hashCount = 0
        }
        dataVersion = version
    }

    func ticket(_ id: Ticket.ID, in db: Database) throws -> Ticket? {
        if let entry = entries[id] { return entry.current }
        guard let ticket = try TicketRows.ticket(id, in: db) else { return nil }
        entries[id] = Entry(ticket)
        return ticket
    }

    /// - Parameter ticket: One that ``ticket(_:in:)`` has answered, changed.
    func put(_ ticket: Ticket) {
        guard let entry = entries[ticket.id] else { return }
        entry.current = ticket
        if !entry.isChanged { changed.append(entry) }
        entry.isChanged = true
    }

    /// False: no message of the ticket has this client id. True: one has it, or had, or one with the same hash. Reads the
    /// ticket's messages the first time.
    func mayHave(_ id: ClientID, in ticket: Ticket, _ db: Database) throws -> Bool {
        if let known = clientIDs[ticket.id] { return known.contains(id) }
        let known =
            try olderClientIDs.removeValue(forKey: ticket.id)
            ?? ClientIDs(MessageRows.clientIDs(of: ticket, in: db))
        clientIDs[ticket.id] = known
        hashCount += known.hashes.count + Self.hashesOfATicket
        return known.contains(id)
    }

    /// - Parameter message: One that was stored now.
    func noteStored(_ message: Message) {
        guard let id = message.clientID else { return }
        // Of a ticket that nobody has asked for lately, all will be read.
        guard let known = clientIDs[message.ticketID] else { return olderClientIDs[message.ticketID] = nil }
        known.insert(id)
        hashCount += 1
    }

    /// Writes what has changed. Before a commit, and before anybody else looks at the tables.
    func store(in db: Database) throws {
        for entry in changed {
            try TicketRows.update(entry.current, from: entry.stored, in: db)
            entry.stored = entry.current
            entry.isChanged = false
        }
        changed.removeAll(keepingCapacity: true)
    }

    /// After a rollback, or when somebody else may have written.
    func forget() {
        entries.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
    }
}
