/// An entry as it is stored.
package struct AuditRecord: Sendable, Equatable {
    /// Counts up, not without holes.
    package var number: Int64
    package var entry: AuditEntry

    package init(number: Int64, entry: AuditEntry) {
        self.number = number
        self.entry = entry
    }
}

/// Which entries are asked for, newest first.
package struct AuditQuery: Sendable, Equatable {
    package static let maximumLimit = 200

    package let limit: Int
    /// Only those with a smaller number; nil for the newest.
    package let before: Int64?
    /// Nil for all.
    package let action: AuditAction?

    /// - Parameters:
    ///   - limit: 1 to ``maximumLimit``. Default 50.
    ///   - cursor: ``AuditPage/next`` of the page before.
    /// - Throws: ``DeskError/invalid(field:)`` with `limit`, `cursor` or `action`.
    package init(limit: Int? = nil, cursor: String? = nil, action: String? = nil) throws(DeskError) {
        self.limit = limit ?? 50
        guard (1...Self.maximumLimit).contains(self.limit) else { throw .invalid(field: "limit") }
        self.before = cursor.flatMap { Int64($0) }
        guard cursor == nil || self.before != nil else { throw .invalid(field: "cursor") }
        self.action = action.flatMap(AuditAction.init(rawValue:))
        guard action == nil || self.action != nil else { throw .invalid(field: "action") }
    }
}

package struct AuditPage: Sendable, Equatable {
    package var records: [AuditRecord]
    /// For the next page; nil if there is none.
    package var next: String?

    package init(records: [AuditRecord], next: String?) {
        self.records = records
        self.next = next
    }
}

/// The store's part for the audit log. It is only added to: a store refuses to change or delete an entry, as far as
/// it can. Changes add their entry in their own write; ``record(_:)`` is for what changes nothing else here.
package protocol AuditStore: Sendable {
    func record(_ entry: AuditEntry) async throws(DeskError)

    /// - Parameter limit: No more than these.
    func auditRecords(_ query: AuditQuery, limit: Int) async throws(DeskError) -> [AuditRecord]
}
