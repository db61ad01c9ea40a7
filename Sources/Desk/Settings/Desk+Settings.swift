extension Desk {
    /// The word filter as the store has it; a server follows it within a second.
    package func storedWordFilter() async throws(DeskError) -> WordFilter {
        try await store.wordFilter()
    }

    package func setWordFilter(_ filter: WordFilter) async throws(DeskError) {
        try await store.setWordFilter(filter)
    }
}
