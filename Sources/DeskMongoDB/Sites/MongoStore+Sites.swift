#if MongoDB
package import Desk

extension MongoStore {
    package func sites() async throws(DeskError) -> [Site] {
        try await attempt { try SiteDocuments.decode(await self.document(.sites)) }
    }

    package func changeSite(
        _ id: Site.ID,
        rule: @escaping @Sendable (Site?) throws(DeskError) -> Audited<Site>
    ) async throws(DeskError) -> Site {
        try await attempt {
            try await self.change(.sites) { document in
                let sites = try SiteDocuments.decode(document)
                let decision = try rule(sites.first { $0.id == id })
                let others = sites.filter { $0.id != id }
                return SettingDecision(
                    answer: decision.value,
                    change: SiteDocuments.encode(others + [decision.value]),
                    audit: decision.audit.map { [$0] } ?? []
                )
            }
        }
    }

    package func deleteSite(
        _ id: Site.ID,
        audit: @escaping @Sendable (Site) -> AuditEntry
    ) async throws(DeskError) {
        try await attempt {
            try await self.change(.sites) { document in
                let sites = try SiteDocuments.decode(document)
                guard let site = sites.first(where: { $0.id == id }) else { throw DeskError.notFound }
                return SettingDecision(
                    answer: (),
                    change: SiteDocuments.encode(sites.filter { $0.id != id }),
                    audit: [audit(site)]
                )
            }
        }
    }
}
#endif
