package import Desk
import GRDB

extension SQLiteStore {
    package func record(_ entry: AuditEntry) async throws(DeskError) {
        try await commits.write { db in GroupCommit.Outcome(answer: try AuditRows.insert(entry, in: db)) }
    }

    package func auditRecords(_ query: AuditQuery, limit: Int) async throws(DeskError) -> [AuditRecord] {
        try await read { try AuditRows.records(query, limit: limit, in: $0) }
    }
}
