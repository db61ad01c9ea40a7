package import Desk
import GRDB

/// What a copy to another store reads.
extension SQLiteStore: RecordSource {
    package func records(
        _ kind: StoredRecord.Kind,
        after key: StoredRecord.Key,
        limit: Int
    ) async throws(DeskError) -> [StoredRecord] {
        try await read { try Self.records(kind, after: key, limit: limit, in: $0) }
    }

    private static func records(
        _ kind: StoredRecord.Kind,
        after key: StoredRecord.Key,
        limit: Int,
        in db: Database
    ) throws -> [StoredRecord] {
        let byID: StatementArguments = [key.text, limit]
        let bySeq: StatementArguments = [key.text, key.text, key.number, limit]
        switch kind {
        case .guest: return try UserRows.page(byID, in: db).map { .guest($0) }
        case .retiredGuest:
            let sql = "SELECT id FROM retiredGuests WHERE id > ? ORDER BY id LIMIT ?"
            return try db.all(sql, byID) { .retiredGuest(Guest.ID(rawValue: $0[0])) }
        case .message: return try MessageRows.page(bySeq, in: db).map { .message($0) }
        case .note: return try NoteRows.page(bySeq, in: db).map { .note($0) }
        case .ticket: return try TicketRows.page(byID, in: db).map { .ticket($0, clientID: $1) }
        case .lastNumber: return key == .first ? [.lastNumber(try TicketRows.nextNumber(in: db) - 1)] : []
        }
    }
}
