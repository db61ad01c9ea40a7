/// Where the desk keeps everything.
///
/// A store is told rules and runs them inside its own transaction; it knows none itself. Whatever
/// returns without an error is committed: it survives `kill -9`. Every trouble of the store itself is
/// ``DeskError/unavailable``, logged by the store and never shown.
package protocol DeskStore:
    TicketStore, AccountStore, SettingsStore, PrivacyStore, SiteStore, CannedReplyStore, AuditStore, SearchStore,
    NoteStore
{
    /// Why writes are refused now; nil while they are taken. It costs nothing to ask. A store finds out by
    /// itself when the trouble is over.
    var trouble: StoreTrouble? { get }

    /// How many writes wait. It costs nothing to ask. Default: 0, for a store in which none queue up.
    var queuedWriteCount: Int { get }
}

extension DeskStore {
    package var queuedWriteCount: Int { 0 }
}

/// Called by a store with the events of one committed write, in commit order and before the writer's
/// `await` returns, one call at a time. It must return quickly: the next write waits for it.
package typealias Publish = @Sendable ([DeskEvent]) -> Void
