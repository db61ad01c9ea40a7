/// What a rule about canned replies decided.
package struct CannedReplyDecision: Sendable {
    package enum Change: Sendable {
        /// In place of the one with the same id, if there is one.
        case save(CannedReply)
        case delete(CannedReply.ID)
    }

    package var change: Change
    package var events: [DeskEvent]
    package var audit: AuditEntry?

    package init(_ change: Change, events: [DeskEvent], audit: AuditEntry?) {
        self.change = change
        self.events = events
        self.audit = audit
    }
}

/// The store's part for canned replies. There are few enough that all are read at once.
package protocol CannedReplyStore: Sendable {
    /// All, in any order.
    func cannedReplies() async throws(DeskError) -> [CannedReply]

    /// - Parameter rule: Sees all there are, in any order.
    /// - Throws: Whatever `rule` throws.
    func changeCannedReplies(
        publish: @escaping Publish,
        rule: @escaping @Sendable ([CannedReply]) throws(DeskError) -> CannedReplyDecision
    ) async throws(DeskError)
}

extension CannedReplyStore {
    /// All, by title.
    package func sortedCannedReplies() async throws(DeskError) -> [CannedReply] {
        CannedReplyRules.sorted(try await cannedReplies())
    }
}
