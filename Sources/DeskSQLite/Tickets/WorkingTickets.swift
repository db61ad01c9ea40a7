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

    /// The client ids of a ticket's messages.
    private final class ClientIDs {
        /// 32 bits of the hash of each, at the message's seq less 1; 0 where there is none.
        private(set) var hashes: [UInt32] = []

        func insert(_ id: String, at seq: Int) {
            guard seq > 0 else { return }
            if seq > hashes.count { hashes.append(contentsOf: repeatElement(0, count: seq - hashes.count)) }
            hashes[seq - 1] = Self.hash(id)
        }

        func lastSeq(of id: ClientID) -> Int? {
            hashes.lastIndex(of: Self.hash(id.rawValue)).map { $0 + 1 }
        }

        private static func hash(_ id: String) -> UInt32 {
            max(1, UInt32(truncatingIfNeeded: id.hashValue))
        }
    }

    /// Some megabytes. Beyond it all are read anew.
    private static let limit = 2048

    /// What a ticket counts beside its hashes: twice the 256 bytes that it takes, since one that is short is read again
    /// quickly.
    private static let hashesOfATicket = 128

    private let hashLimit: Int
    private var entries: [Ticket.ID: Entry] = [:]
    /// Of all messages of a ticket: those that other kinds of write store are in tickets that are new then. What was rolled
    /// back or erased stands here too much, and is looked for in vain.
    private var clientIDs: [Ticket.ID: ClientIDs] = [:]
    private var hashCount = 0
    /// Those of tickets that have not been asked for since there were last too many ``clientIDs``.
    private var olderClientIDs: [Ticket.ID: ClientIDs] = [:]
    private var changed: [Entry] = []
    private var dataVersion: Int?

    /// - Parameter hashLimit: As many hashes are kept, and as many older ones, each of 4 bytes and the room that an array
    ///   leaves: 4 to 8 MB, twice. Of tickets that do not fit, all client ids are read again each time they come back.
    init(hashLimit: Int = 1_048_576) {
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

    /// Where to look first for a message with this client id; nil if there is none. Reads the ticket's messages the first
    /// time.
    func seq(of id: ClientID, in ticket: Ticket, _ db: Database) throws -> Int? {
        if let known = clientIDs[ticket.id] { return known.lastSeq(of: id) }
        let known = try olderClientIDs.removeValue(forKey: ticket.id) ?? Self.clientIDs(of: ticket, in: db)
        clientIDs[ticket.id] = known
        hashCount += known.hashes.count + Self.hashesOfATicket
        return known.lastSeq(of: id)
    }

    private static func clientIDs(of ticket: Ticket, in db: Database) throws -> ClientIDs {
        let known = ClientIDs()
        try MessageRows.eachClientID(of: ticket, in: db) { known.insert($0, at: $1) }
        return known
    }

    /// - Parameter message: One that was stored now.
    func noteStored(_ message: Message) {
        guard let id = message.clientID else { return }
        // Of a ticket that nobody has asked for lately, all will be read.
        guard let known = clientIDs[message.ticketID] else { return olderClientIDs[message.ticketID] = nil }
        let count = known.hashes.count
        known.insert(id.rawValue, at: message.seq)
        hashCount += known.hashes.count - count
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
