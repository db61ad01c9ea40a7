extension Desk {
    /// The word filter as the store has it; a server follows it within a second.
    package func storedWordFilter() async throws(DeskError) -> WordFilter {
        try await store.wordFilter()
    }

    package func setWordFilter(_ filter: WordFilter, by actor: Actor) async throws(DeskError) {
        let detail = "\(filter.mode.rawValue), \(filter.words.count) words"
        let entry = AuditEntry(.wordFilter, by: actor, at: now(), detail: detail)
        try await store.setWordFilter(filter, audit: entry)
    }

    /// - Throws: ``DeskError/forbidden`` for all but admins.
    package func setWordFilter(_ filter: WordFilter, by principal: Principal) async throws(DeskError) {
        try authorize(principal, to: .changeSettings)
        try await setWordFilter(filter, by: principal.actor)
    }

    /// How long tickets are kept, as the store has it; a server follows it within a second, unless it was told
    /// otherwise at its start.
    package func storedRetention() async throws(DeskError) -> Retention {
        try await store.retention()
    }

    /// - Throws: ``DeskError/forbidden`` for all but admins.
    package func setRetention(_ retention: Retention, by principal: Principal) async throws(DeskError) {
        try authorize(principal, to: .changeSettings)
        let entry = AuditEntry(.retention, by: principal.actor, at: now(), detail: "\(retention.days) days")
        try await store.setRetention(retention, audit: entry)
    }
}
