#if MongoDB
package import Desk

extension MongoStore {
    package func cannedReplies() async throws(DeskError) -> [CannedReply] {
        try await attempt { try Self.cannedReplies(in: await self.document(.cannedReplies)) }
    }

    package func changeCannedReplies(
        publish: @escaping Publish,
        rule: @escaping @Sendable ([CannedReply]) throws(DeskError) -> CannedReplyDecision
    ) async throws(DeskError) {
        try await attempt {
            // Of the writers of this node, so that events leave in the order of the commits.
            try await self.turns.take(SettingDocuments.cannedReplies.rawValue) {
                let events = try await self.change(.cannedReplies) { document in
                    let replies = try Self.cannedReplies(in: document)
                    let decision = try rule(replies)
                    return SettingDecision(
                        answer: decision.events,
                        change: Self.encode(Self.apply(decision.change, to: replies)),
                        audit: decision.audit.map { [$0] } ?? []
                    )
                }
                self.publish(events, to: publish)
            }
        }
    }

    private static func apply(_ change: CannedReplyDecision.Change, to replies: [CannedReply]) -> [CannedReply] {
        switch change {
        case .save(let reply): replies.filter { $0.id != reply.id } + [reply]
        case .delete(let id): replies.filter { $0.id != id }
        }
    }

    private static func encode(_ replies: [CannedReply]) -> BSONDocument {
        let documents = replies.map { reply in
            [
                "id": .string(reply.id.rawValue), "title": .string(reply.title), "text": .string(reply.text),
                "updatedAt": reply.updatedAt.bson,
            ] as BSONDocument
        }
        return ["replies": .array(documents.map { .document($0) })]
    }

    private static func cannedReplies(in document: BSONDocument?) throws -> [CannedReply] {
        try (document?["replies"]?.array ?? []).compactMap(\.document)
            .map { reply in
                CannedReply(
                    id: CannedReply.ID(rawValue: try reply.text("id")),
                    title: try reply.text("title"),
                    text: try reply.text("text"),
                    updatedAt: try reply.moment("updatedAt")
                )
            }
    }
}
#endif
