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
        rule: @escaping @Sendable (Site?) throws(DeskError) -> Site
    ) async throws(DeskError) -> Site {
        try await commits.write { db in
            let stored = try db.first("SELECT \(SiteRows.columns) FROM sites WHERE id = ?", [id.rawValue]) {
                try SiteRows.decode($0)
            }
            let site = try rule(stored)
            try SiteRows.put(site, in: db)
            return GroupCommit.Outcome(answer: site)
        }
    }

    package func deleteSite(_ id: Site.ID) async throws(DeskError) {
        try await commits.write { db in
            try db.run("DELETE FROM sites WHERE id = ?", [id.rawValue])
            guard db.changesCount > 0 else { throw DeskError.notFound }
            return GroupCommit.Outcome(answer: ())
        }
    }
}
