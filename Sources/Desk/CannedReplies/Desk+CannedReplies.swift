extension Desk {
    /// All there are, by title.
    ///
    /// - Throws: ``DeskError/forbidden`` for guests.
    package func cannedReplies(for principal: Principal) async throws(DeskError) -> [CannedReply] {
        try authorize(principal, to: .readCannedReplies)
        return try await store.sortedCannedReplies()
    }

    /// Adds a reply, or changes the one with that id.
    ///
    /// - Throws: ``DeskError/forbidden`` for all but admins; ``DeskError/invalid(field:)`` for `title` (1 to 100
    ///   characters, one line) or `text` (as of a message); ``DeskError/notFound``; ``DeskError/tooLarge`` for more than
    ///   500, or 512 kB of them together.
    package func saveCannedReply(
        _ id: CannedReply.ID?,
        title: String,
        text: String,
        by principal: Principal
    ) async throws(DeskError) -> CannedReply {
        try authorize(principal, to: .changeCannedReplies)
        let reply = CannedReply(
            id: id ?? CannedReply.ID(rawValue: makeID()),
            title: try TextRule.cannedTitle.required(title),
            text: try TextRule.message.required(text),
            updatedAt: now()
        )
        let isNew = id == nil
        try await store.changeCannedReplies(publish: publish) { all throws(DeskError) in
            try CannedReplyRules.save(reply, isNew: isNew, among: all, by: principal.actor)
        }
        return reply
    }

    /// - Throws: ``DeskError/forbidden`` for all but admins; ``DeskError/notFound``.
    package func deleteCannedReply(_ id: CannedReply.ID, by principal: Principal) async throws(DeskError) {
        try authorize(principal, to: .changeCannedReplies)
        let now = now()
        try await store.changeCannedReplies(publish: publish) { all throws(DeskError) in
            try CannedReplyRules.delete(id, among: all, by: principal.actor, at: now)
        }
    }
}

extension TextRule {
    fileprivate static let cannedTitle = TextRule(field: "title", maxCharacters: 100)
}
