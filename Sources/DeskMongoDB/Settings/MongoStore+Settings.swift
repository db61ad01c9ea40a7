#if MongoDB
package import Desk

extension MongoStore {
    package func wordFilter() async throws(DeskError) -> WordFilter {
        try await attempt { try Self.wordFilter(in: await self.document(.wordFilter)) }
    }

    package func setWordFilter(_ filter: WordFilter, audit: AuditEntry) async throws(DeskError) {
        try await attempt {
            try await self.change(.wordFilter) { document in
                guard try Self.wordFilter(in: document) != filter else { return SettingDecision(answer: ()) }
                return SettingDecision(
                    answer: (),
                    change: ["mode": .string(filter.mode.rawValue), "words": .array(filter.words.map { .string($0) })],
                    audit: [audit]
                )
            }
        }
    }

    package func retention() async throws(DeskError) -> Retention {
        try await attempt { try Self.retention(in: await self.document(.retention)) }
    }

    package func setRetention(_ retention: Retention, audit: AuditEntry) async throws(DeskError) {
        try await attempt {
            try await self.change(.retention) { document in
                guard try Self.retention(in: document) != retention else { return SettingDecision(answer: ()) }
                return SettingDecision(answer: (), change: ["days": .int(retention.days)], audit: [audit])
            }
        }
    }

    private static func wordFilter(in document: BSONDocument?) throws -> WordFilter {
        guard let document else { return .off }
        return try WordFilter(
            mode: document.spelled("mode"),
            words: document["words"]?.array?.compactMap(\.string) ?? []
        )
    }

    private static func retention(in document: BSONDocument?) throws -> Retention {
        guard let document else { return .standard }
        return try Retention(days: document.number("days"))
    }
}
#endif
