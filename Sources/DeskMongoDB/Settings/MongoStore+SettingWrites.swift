#if MongoDB
import Desk

/// What is set for everybody: a document each, replaced only if it is still the one that was looked at. All sites are one
/// of them, and so are all canned replies: there are few, and a rule sees all of what it decides about.
enum SettingDocuments: String {
    case wordFilter, retention, sites, cannedReplies

    static let collection = "settings"
    /// Of so many writes it can be told that they were done: more than may come while one writer asks.
    private static let rememberedWrites = 32

    /// The document behind `old`: the same with what `change` says.
    func next(after old: BSONDocument?, _ change: BSONDocument, _ audit: [AuditEntry], write: String) -> BSONDocument {
        var next = old ?? ["_id": .string(rawValue)]
        for field in change.fields { next[field.name] = field.value }
        next["revision"] = .int(Self.revision(of: old) + 1)
        next["audit"] = .array((old?["audit"]?.array ?? []) + audit.map { .document(AuditDocuments.encode($0)) })
        let writes = (old?["writes"]?.array ?? []) + [.string(write)]
        next["writes"] = .array(Array(writes.suffix(Self.rememberedWrites)))
        return next
    }

    static func revision(of document: BSONDocument?) -> Int {
        Int(document?["revision"]?.int ?? 0)
    }

    static func has(_ write: String, in document: BSONDocument?) -> Bool {
        document?["writes"]?.array?.contains { $0.string == write } ?? false
    }
}

extension MongoStore {
    /// What a decision about a setting is.
    struct SettingDecision<Answer> {
        var answer: Answer
        /// The fields that change; nil writes nothing.
        var change: BSONDocument?
        var audit: [AuditEntry] = []
    }

    /// The document of a setting; nil until there is one.
    func document(_ setting: SettingDocuments) async throws(MongoError) -> BSONDocument? {
        try await database.first(in: SettingDocuments.collection, ["_id": .string(setting.rawValue)])
    }

    /// - Parameter decide: May be asked again, if somebody else was first.
    func change<Answer>(
        _ setting: SettingDocuments,
        _ decide: (BSONDocument?) throws -> SettingDecision<Answer>
    ) async throws -> Answer {
        var generator = SystemRandomNumberGenerator()
        let write = RandomID.make(using: &generator)
        var (unknown, failures) = (Answer?.none, 0)
        for _ in 0..<Self.maximumAttempts {
            let document = try await document(setting)
            if let unknown, SettingDocuments.has(write, in: document) { return unknown }
            let decision = try decide(document)
            guard let change = decision.change else { return decision.answer }
            do {
                let isDone = try await database.replace(
                    setting.next(after: document, change, decision.audit, write: write),
                    from: SettingDocuments.revision(of: document),
                    in: SettingDocuments.collection
                )
                guard isDone else { continue }
            } catch MongoError.unreachable(let code) {
                (unknown, failures) = (decision.answer, failures + 1)
                guard failures < Self.maximumFailures else { throw MongoError.unreachable(code: code) }
                continue
            }
            await copyAudit(in: SettingDocuments.collection, of: setting.rawValue)
            return decision.answer
        }
        throw MongoError.busy
    }
}
#endif
