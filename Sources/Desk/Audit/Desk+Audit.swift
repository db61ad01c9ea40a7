extension Desk {
    /// Writes down what changes nothing in the store: a failed login, a rotation of keys, a copy.
    package func record(
        _ action: AuditAction,
        on target: AuditTarget? = nil,
        by actor: Actor,
        detail: String? = nil
    ) async throws(DeskError) {
        try await store.record(AuditEntry(action, on: target, by: actor, at: now(), detail: detail))
    }

    /// Writes down what happened a while ago.
    package func record(_ entry: AuditEntry) async throws(DeskError) {
        try await store.record(entry)
    }

    /// The audit log, newest first.
    ///
    /// - Parameter principal: Nil for the command line.
    /// - Throws: ``DeskError/forbidden`` for everybody but admins.
    package func audit(_ query: AuditQuery, for principal: Principal?) async throws(DeskError) -> AuditPage {
        if let principal { try authorize(principal, to: .readAudit) }
        let found = try await store.auditRecords(query, limit: query.limit + 1)
        let records = Array(found.prefix(query.limit))
        let hasMore = found.count > records.count
        return AuditPage(records: records, next: hasMore ? records.last.map { "\($0.number)" } : nil)
    }
}
