extension Desk {
    /// The word filter as the store has it; a server follows it within a second.
    package func storedWordFilter() async throws(DeskError) -> WordFilter {
        try await store.wordFilter()
    }

    package func setWordFilter(_ filter: WordFilter) async throws(DeskError) {
        try await store.setWordFilter(filter)
    }

    /// - Throws: ``DeskError/forbidden`` for all but admins.
    package func setWordFilter(_ filter: WordFilter, by principal: Principal) async throws(DeskError) {
        try authorize(principal, to: .changeSettings)
        try await store.setWordFilter(filter)
    }

    /// How long tickets are kept, as the store has it; a server follows it within a second, unless it was told
    /// otherwise at its start.
    package func storedRetention() async throws(DeskError) -> Retention {
        try await store.retention()
    }

    /// - Throws: ``DeskError/forbidden`` for all but admins.
    package func setRetention(_ retention: Retention, by principal: Principal) async throws(DeskError) {
        try authorize(principal, to: .changeSettings)
        try await store.setRetention(retention)
    }
}
