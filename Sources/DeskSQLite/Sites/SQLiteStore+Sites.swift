package import Desk
import GRDB

extension SQLiteStore {
    package func sites() async throws(DeskError) -> [Site] {
        try await read { db in
            try db.all("SELECT \(SiteRows.columns) FROM sites ORDER BY createdAt, id") { try SiteRows.decode($0) }
        }
    }

    package func changeSite(
        _ id: Site.ID,
        rule: @escaping @Sendable (Site?) throws(DeskError) -> Audited<Site>
    ) async throws(DeskError) -> Site {
        try await commits.write { db in
            let decision = try rule(SiteRows.site(id, in: db))
            try SiteRows.put(decision.value, in: db)
            try AuditRows.insert(decision.audit, in: db)
            return GroupCommit.Outcome(answer: decision.value)
        }
    }

    package func deleteSite(
        _ id: Site.ID,
        audit: @escaping @Sendable (Site) -> AuditEntry
    ) async throws(DeskError) {
        try await commits.write { db in
            guard let site = try SiteRows.site(id, in: db) else { throw DeskError.notFound }
            try db.run("DELETE FROM sites WHERE id = ?", [id.rawValue])
            return GroupCommit.Outcome(answer: try AuditRows.insert(audit(site), in: db))
        }
    }
}
