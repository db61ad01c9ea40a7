#if MongoDB
import Desk

/// An account with all that changes together with it, in the same document.
struct AccountRecord: Sendable, Equatable {
    /// How many sessions stay that are over, should nobody delete them: the document has to stay small.
    static let keptSessions = 200
    private static let rememberedWrites = 32

    var account: Account
    /// Rises with every write; what the compare-and-set compares.
    var revision = 1
    var link: PasswordLink?
    /// In the order in which they were begun.
    var sessions: [LoginSession] = []
    /// The latest writes, so that one whose outcome is unknown finds itself again.
    var writes: [String] = []
    /// Entries that have their place in the audit log still to come.
    var audit: [BSONValue] = []

    func login(_ id: LoginSession.ID) -> Login? {
        sessions.first { $0.id == id }.map { Login(session: $0, account: account) }
    }

    mutating func apply(_ decision: AccountDecision) {
        account = decision.account
        switch decision.link {
        case .keep: break
        case .issue(let issued): link = issued
        case .revoke: link = nil
        }
        if let reason = decision.endSessions {
            for index in sessions.indices
            where sessions[index].endedAt == nil && sessions[index].id != decision.keepSession {
                sessions[index].endedAt = account.changedAt
                sessions[index].endReason = reason
                sessions[index].changedAt = account.changedAt
            }
        }
        for entry in decision.audit { add(entry) }
    }

    mutating func begin(_ session: LoginSession) {
        sessions.append(session)
        let over = sessions.filter { !$0.isActive(at: session.createdAt) }
        guard over.count > Self.keptSessions else { return }
        // The latest ends stay, for whoever asks what has changed.
        let surplus = Set(over.sorted { $0.changedAt < $1.changedAt }.dropLast(Self.keptSessions).map(\.id))
        sessions.removeAll { surplus.contains($0.id) }
    }

    mutating func replace(_ session: LoginSession) {
        guard let index = sessions.firstIndex(where: { $0.id == session.id }) else { return }
        sessions[index] = session
    }

    /// Nothing for nil.
    mutating func add(_ entry: AuditEntry?) {
        if let entry { audit.append(.document(AuditDocuments.encode(entry))) }
    }

    mutating func note(_ write: String) {
        revision += 1
        writes = (writes + [write]).suffix(Self.rememberedWrites)
    }
}
#endif
