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
        among all: [CannedReply]
    ) throws(DeskError) -> CannedReplyDecision {
        var others = all
        others.removeAll { $0.id == reply.id }
        guard isNew || others.count < all.count else { throw .notFound }
        let bytes = others.reduce(size(of: reply)) { $0 + size(of: $1) }
        guard others.count < maximumCount, bytes <= maximumBytes else { throw .tooLarge }
        return CannedReplyDecision(.save(reply), events: [.cannedRepliesChanged(sorted(others + [reply]))])
    }

    static func delete(_ id: CannedReply.ID, among all: [CannedReply]) throws(DeskError) -> CannedReplyDecision {
        let others = all.filter { $0.id != id }
        guard others.count < all.count else { throw .notFound }
        return CannedReplyDecision(.delete(id), events: [.cannedRepliesChanged(sorted(others))])
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
