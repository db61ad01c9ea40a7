/// The rules of the support desk: who may do what, what is stored, and who must hear of it.
///
/// A thin shell around pure decisions: it validates, hands the rule to the store's one write, and
/// returns what the rule answered. It holds no state and may be copied and called from any task.
package struct Desk: Sendable {
    let store: any DeskStore
    let now: @Sendable () -> Timestamp
    let makeID: @Sendable () -> String
    let wordFilter: @Sendable () -> WordFilter
    let quota: TicketQuota?
    let publish: Publish

    /// - Parameters:
    ///   - now: The clock.
    ///   - makeID: Unguessable ids of at least 120 random bits, see ``RandomID``.
    ///   - wordFilter: The one in force. Default: nothing is filtered.
    ///   - quota: What a guest may have of tickets. Default: as many as they like.
    ///   - publish: Hears of everything committed; see ``Publish`` for when and how.
    package init(
        store: any DeskStore,
        now: @escaping @Sendable () -> Timestamp,
        makeID: @escaping @Sendable () -> String,
        wordFilter: @escaping @Sendable () -> WordFilter = { .off },
        quota: TicketQuota? = nil,
        publish: @escaping Publish
    ) {
        self.store = store
        self.now = now
        self.makeID = makeID
        self.wordFilter = wordFilter
        self.quota = quota
        self.publish = publish
    }

    /// Why nothing can be stored now; nil if it can.
    package var trouble: StoreTrouble? { store.trouble }
}
