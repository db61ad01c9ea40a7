/// The store's part for sites. There need not be one with the id `default`: the desk knows what it is then.
package protocol SiteStore: Sendable {
    /// All that are stored, by the time they were made.
    func sites() async throws(DeskError) -> [Site]

    /// Reads one site, if it is there, and stores what `rule` answers, under the same id.
    ///
    /// - Throws: Whatever `rule` throws.
    func changeSite(
        _ id: Site.ID,
        rule: @escaping @Sendable (Site?) throws(DeskError) -> Audited<Site>
    ) async throws(DeskError) -> Site

    /// - Throws: ``DeskError/notFound`` if there is none.
    func deleteSite(
        _ id: Site.ID,
        audit: @escaping @Sendable (Site) -> AuditEntry
    ) async throws(DeskError)
}
