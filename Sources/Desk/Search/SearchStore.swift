/// The store's part for finding what was written. Case and accents do not matter.
///
/// What is new may be found up to a second later; what is erased at once no more.
package protocol SearchStore: Sendable {
    func search(_ query: SearchQuery) async throws(DeskError) -> SearchPage
}

extension Desk {
    /// - Throws: ``DeskError/forbidden`` for a guest.
    package func search(_ query: SearchQuery, for principal: Principal) async throws(DeskError) -> SearchPage {
        try authorize(principal, to: .search)
        return try await store.search(query)
    }
}
