/// The decisions about canned replies, as pure functions.
enum CannedReplyRules {
    static let maximumCount = 500
    /// Of all texts and titles together: all of them are sent to each agent whenever one changes.
    static let maximumBytes = 512 << 10

    /// - Parameter isNew: Otherwise there must be one with that id.
    /// - Throws: ``DeskError/notFound``; ``DeskError/tooLarge`` if there would be too many, or too long ones.
    static func save(
        _ reply: CannedReply,
        isNew: Bool,
        among all: [CannedReply],
        by actor: Actor
    ) throws(DeskError) -> CannedReplyDecision {
        let (others, old) = (all.filter { $0.id != reply.id }, all.first { $0.id == reply.id })
        guard isNew || old != nil else { throw .notFound }
        let bytes = others.reduce(size(of: reply)) { $0 + size(of: $1) }
        guard others.count < maximumCount, bytes <= maximumBytes else { throw .tooLarge }
        let action = old == nil ? AuditAction.cannedReplyCreated : .cannedReplyChanged
        let isSame = old?.title == reply.title && old?.text == reply.text
        return CannedReplyDecision(
            .save(reply),
            events: [.cannedRepliesChanged],
            audit: isSame ? nil : AuditEntry(action, on: .cannedReply(reply), by: actor, at: reply.updatedAt)
        )
    }

    static func delete(
        _ id: CannedReply.ID,
        among all: [CannedReply],
        by actor: Actor,
        at now: Timestamp
    ) throws(DeskError) -> CannedReplyDecision {
        guard let old = all.first(where: { $0.id == id }) else { throw .notFound }
        return CannedReplyDecision(
            .delete(id),
            events: [.cannedRepliesChanged],
            audit: AuditEntry(.cannedReplyDeleted, on: .cannedReply(old), by: actor, at: now)
        )
    }

    /// By title, whatever its case; the order is always the same.
    static func sorted(_ replies: [CannedReply]) -> [CannedReply] {
        replies.map { (key: $0.title.lowercased(), reply: $0) }
            .sorted { ($0.key, $0.reply.id.rawValue) < ($1.key, $1.reply.id.rawValue) }
            .map(\.reply)
    }

    private static func size(of reply: CannedReply) -> Int {
        reply.title.utf8.count + reply.text.utf8.count
    }
}
