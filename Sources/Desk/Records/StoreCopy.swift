/// Copies all that a store keeps into another one, which has nothing else and which nobody uses meanwhile. After a crash
/// it is begun anew: what is there stays as it is. Logins that are over stay behind.
package struct StoreCopy: Sendable {
    package enum Failure: Error, Equatable {
        case store(DeskError)
        /// What the copy has of this is not what the source has.
        case different(String)
    }

    /// Small enough for the largest messages to fit into one answer of a database.
    private static let pageSize = 100

    private let source: any DeskStore & RecordSource
    private let target: any DeskStore & RecordTarget
    private let now: Timestamp

    /// - Parameter now: Which logins are over, and when the copy's audit log is told of each setting that is not the
    ///   default.
    package init(
        from source: any DeskStore & RecordSource,
        to target: any DeskStore & RecordTarget,
        at now: Timestamp
    ) {
        self.source = source
        self.target = target
        self.now = now
    }

    /// - Parameter progress: Told after each page of how many of a kind are there now.
    package func copy(progress: (StoredRecord.Kind, Int) -> Void) async throws(Failure) {
        try await guarded { () async throws(DeskError) in
            try await copyAccounts()
            try await copySites()
        }
        for kind in StoredRecord.Kind.allCases {
            var count = 0
            try await forEachPage(of: kind) { page, _ throws(Failure) in
                guard !page.isEmpty else { return }
                try await guarded { () async throws(DeskError) in try await target.insert(page, of: kind) }
                count += page.count
                progress(kind, count)
            }
        }
        try await guarded { () async throws(DeskError) in
            try await copyAudit()
            // Each writes nothing if it is the one in force.
            let filter = try await source.wordFilter()
            try await target.setWordFilter(filter, audit: AuditEntry(.wordFilter, by: .commandLine, at: now))
            let retention = try await source.retention()
            try await target.setRetention(retention, audit: AuditEntry(.retention, by: .commandLine, at: now))
        }
    }

    /// Reads both and compares each record with its copy, in every field.
    ///
    /// - Returns: How many there are of each, here and there.
    package func verify() async throws(Failure) -> [(name: String, count: Int)] {
        var counts: [(String, Int)] = []
        func compare<Value: Equatable>(_ name: String, _ original: [Value], _ copy: [Value]) throws(Failure) {
            guard original == copy else { throw .different(name) }
            counts.append((name, original.count))
        }
        let (one, other) = (try await rest(of: source), try await rest(of: target))
        try compare("accounts", one.accounts, other.accounts)
        try compare("links", one.links, other.links)
        try compare("logins", one.sessions, other.sessions)
        try compare("sites", one.sites, other.sites)
        try compare("canned replies", one.replies, other.replies)
        try compare("settings", one.settings, other.settings)
        // The copy has an entry more for each setting.
        try compare("audit", one.audit, Array(other.audit.prefix(one.audit.count)))
        for kind in StoredRecord.Kind.allCases {
            var count = 0
            // The empty page at the end too: the copy may have more.
            try await forEachPage(of: kind) { original, key throws(Failure) in
                guard original == (try await page(of: target, kind, after: key)) else {
                    throw .different(kind.rawValue)
                }
                count += original.count
            }
            if kind != .lastNumber { counts.append((kind.rawValue, count)) }
        }
        return counts
    }

    private func copyAccounts() async throws(DeskError) {
        let all = try await source.changes(since: Timestamp(milliseconds: 0))
        let links = try await source.passwordLinks()
        let there = try await target.changes(since: Timestamp(milliseconds: 0))
        let accounts = Set(there.accounts.map(\.id))
        for account in all.accounts where !accounts.contains(account.id) {
            try await target.insert(account, link: links[account.id], audit: [])
        }
        let sessions = Set(there.sessions.map(\.id))
        for session in all.sessions where session.isActive(at: now) && !sessions.contains(session.id) {
            _ = try await target.insertSession(of: session.accountID) { _ in Audited(session) }
        }
    }

    private func copySites() async throws(DeskError) {
        for site in try await source.sites() {
            _ = try await target.changeSite(site.id) { _ in Audited(site) }
        }
        for reply in try await source.cannedReplies() {
            try await target.changeCannedReplies(publish: { _ in }) { _ in
                CannedReplyDecision(.save(reply), events: [], audit: nil)
            }
        }
    }

    /// In their order, so that what is missing comes after what is there.
    private func copyAudit() async throws(DeskError) {
        let there = try await Self.audit(of: target).count
        for entry in try await Self.audit(of: source).dropFirst(there) { try await target.record(entry) }
    }

    /// All but the conversations, in an order that is the same for every store.
    private struct Rest {
        var accounts: [Account]
        var links: [PasswordLink]
        var sessions: [LoginSession]
        var sites: [Site]
        var replies: [CannedReply]
        var settings: [String]
        var audit: [AuditEntry]
    }

    private func rest(of store: any DeskStore) async throws(Failure) -> Rest {
        try await guarded { () async throws(DeskError) in
            let changes = try await store.changes(since: Timestamp(milliseconds: 0))
            let links = try await store.passwordLinks()
            return Rest(
                accounts: changes.accounts.sorted { $0.id.rawValue < $1.id.rawValue },
                links: links.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value),
                sessions: changes.sessions.filter { $0.isActive(at: now) }.sorted { $0.id.rawValue < $1.id.rawValue },
                sites: try await store.sites().sorted { $0.id.rawValue < $1.id.rawValue },
                replies: try await store.cannedReplies().sorted { $0.id.rawValue < $1.id.rawValue },
                settings: ["\(try await store.wordFilter())", "\(try await store.retention())"],
                audit: try await Self.audit(of: store)
            )
        }
    }

    /// Oldest first.
    private static func audit(of store: any DeskStore) async throws(DeskError) -> [AuditEntry] {
        var records: [AuditRecord] = []
        while true {
            let query = try AuditQuery(limit: AuditQuery.maximumLimit, cursor: records.last.map { String($0.number) })
            let page = try await store.auditRecords(query, limit: query.limit)
            if page.isEmpty { return records.reversed().map(\.entry) }
            records += page
        }
    }

    /// Calls `body` with each page of the source and the key that it follows; last with an empty one.
    private func forEachPage(
        of kind: StoredRecord.Kind,
        _ body: ([StoredRecord], StoredRecord.Key) async throws(Failure) -> Void
    ) async throws(Failure) {
        var key = StoredRecord.Key.first
        while true {
            let page = try await page(of: source, kind, after: key)
            try await body(page, key)
            guard let last = page.last else { return }
            key = last.key
        }
    }

    private func page(
        of store: any RecordSource,
        _ kind: StoredRecord.Kind,
        after key: StoredRecord.Key
    ) async throws(Failure) -> [StoredRecord] {
        try await guarded { () async throws(DeskError) in
            try await store.records(kind, after: key, limit: Self.pageSize)
        }
    }

    private func guarded<Answer>(_ body: () async throws(DeskError) -> Answer) async throws(Failure) -> Answer {
        do throws(DeskError) {
            return try await body()
        } catch {
            throw .store(error)
        }
    }
}
