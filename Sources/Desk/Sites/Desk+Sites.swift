extension Desk {
    /// All sites, the default one first. Open to the server itself: it needs them to know whom to let in.
    package func sites() async throws(DeskError) -> [Site] {
        let stored = try await store.sites()
        let rest = stored.filter { $0.id != .default }
        return [stored.first { $0.id == .default } ?? .initial] + rest
    }

    /// - Throws: ``DeskError/notFound``.
    package func site(_ id: Site.ID) async throws(DeskError) -> Site {
        guard let site = try await sites().first(where: { $0.id == id }) else { throw .notFound }
        return site
    }

    /// - Throws: ``DeskError/forbidden``; ``DeskError/conflict`` where there are ``Site/longestList`` already.
    package func createSite(_ profile: SiteProfile, by principal: Principal) async throws(DeskError) -> Site {
        try authorize(principal, to: .manageSites)
        guard try await store.sites().count < Site.longestList else { throw .conflict }
        let site = Site(id: Site.ID(rawValue: makeID()), profile: profile, createdAt: now())
        let detail = profile.origins(since: .initial)
        let entry = AuditEntry(.siteCreated, on: .site(site), by: principal.actor, at: site.createdAt, detail: detail)
        return try await store.changeSite(site.id) { _ in Audited(site, entry) }
    }

    /// The audit log names the origins that came and went.
    ///
    /// - Throws: ``DeskError/forbidden``; ``DeskError/notFound``.
    package func changeSite(
        _ id: Site.ID,
        to profile: SiteProfile,
        by principal: Principal
    ) async throws(DeskError) -> Site {
        try await changeSite(id, .siteChanged, by: principal) { site in site.profile = profile }
    }

    /// Lets the pages of one more origin in.
    ///
    /// - Throws: ``DeskError/forbidden``; ``DeskError/notFound``; ``DeskError/invalid(field:)`` with `origins` if there
    ///   are too many.
    package func allow(
        _ origin: WebOrigin,
        on id: Site.ID,
        by principal: Principal
    ) async throws(DeskError) -> Site {
        try await changeSite(id, .siteChanged, by: principal) { site throws(DeskError) in
            site.profile = try site.profile.allowing(origin)
        }
    }

    /// From now on only what was signed with the new secret counts.
    ///
    /// - Throws: ``DeskError/forbidden``; ``DeskError/notFound``.
    package func setSecret(
        _ sealedSecret: String,
        of id: Site.ID,
        by principal: Principal
    ) async throws(DeskError) -> Site {
        try await changeSite(id, .siteSecret, by: principal) { site in site.sealedSecret = sealedSecret }
    }

    /// What its visitors wrote stays.
    ///
    /// - Throws: ``DeskError/forbidden``; ``DeskError/notFound``; ``DeskError/conflict`` for the default one.
    package func deleteSite(_ id: Site.ID, by principal: Principal) async throws(DeskError) {
        try authorize(principal, to: .manageSites)
        guard id != .default else { throw .conflict }
        let now = now()
        try await store.deleteSite(id) { AuditEntry(.siteDeleted, on: .site($0), by: principal.actor, at: now) }
    }

    private func changeSite(
        _ id: Site.ID,
        _ action: AuditAction,
        by principal: Principal,
        _ change: @escaping @Sendable (inout Site) throws(DeskError) -> Void
    ) async throws(DeskError) -> Site {
        try authorize(principal, to: .manageSites)
        let now = now()
        return try await store.changeSite(id) { stored throws(DeskError) in
            guard var site = stored ?? (id == .default ? .initial : nil) else { throw .notFound }
            if stored == nil { site.createdAt = now }
            let old = site
            try change(&site)
            guard site != old else { return Audited(site) }
            let detail = site.profile.origins(since: old.profile)
            return Audited(site, AuditEntry(action, on: .site(site), by: principal.actor, at: now, detail: detail))
        }
    }
}

extension SiteProfile {
    /// Which origins came and went, in words; nil if none did.
    fileprivate func origins(since old: SiteProfile) -> String? {
        let changes = [
            ("allowed", Set(origins).subtracting(old.origins)), ("forbade", Set(old.origins).subtracting(origins)),
        ]
        let words = changes.filter { !$0.1.isEmpty }
            .map { "\($0.0) \($0.1.map(\.rawValue).sorted().joined(separator: " "))" }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
