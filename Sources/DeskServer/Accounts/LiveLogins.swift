import Desk

/// The logins that have sockets here, and which of them must end: a pure value, told what changed in
/// the store and what time it is.
struct LiveLogins {
    /// Why the sockets of a login end, as `revoked` tells it.
    enum EndReason: String {
        case logout, disabled, expired
        case passwordChanged = "password_changed"
        case roleChanged = "role_changed"

        init(_ reason: LoginSession.EndReason?) {
            switch reason {
            case .disabled: self = .disabled
            case .passwordChanged: self = .passwordChanged
            case .roleChanged: self = .roleChanged
            case .logout, nil: self = .logout
            }
        }
    }

    struct End: Equatable {
        var id: LoginSession.ID
        var reason: EndReason
    }

    private struct Entry {
        var account: Account.ID
        var role: Role
        var expiresAt: Timestamp
        var sockets: Int
    }

    private var entries: [LoginSession.ID: Entry] = [:]

    /// Which logins have sockets here.
    var ids: [LoginSession.ID] { Array(entries.keys) }

    /// A socket of this login has connected.
    mutating func add(_ login: Login) {
        var entry =
            entries[login.session.id]
            ?? Entry(
                account: login.account.id,
                role: login.account.role,
                expiresAt: login.session.expiresAt,
                sockets: 0
            )
        entry.sockets += 1
        entries[login.session.id] = entry
    }

    /// A socket of this login has gone.
    mutating func remove(_ id: LoginSession.ID) {
        guard var entry = entries[id] else { return }
        entry.sockets -= 1
        entries[id] = entry.sockets > 0 ? entry : nil
    }

    /// Which logins have ended by now. One is named again until its sockets have gone.
    mutating func ended(by changes: AccountChanges, at now: Timestamp) -> [End] {
        var reasons: [LoginSession.ID: EndReason] = [:]
        let accounts = Dictionary(changes.accounts.map { ($0.id, $0) }) { _, last in last }
        for (id, entry) in entries {
            guard let account = accounts[entry.account] else { continue }
            if account.isDisabled {
                reasons[id] = .disabled
            } else if account.role != entry.role {
                reasons[id] = .roleChanged
            }
        }
        for session in changes.sessions {
            // Renewal moves the end of the sockets that are there already.
            entries[session.id]?.expiresAt = session.expiresAt
            if session.endedAt != nil { reasons[session.id] = EndReason(session.endReason) }
        }
        for (id, entry) in entries where entry.expiresAt <= now && reasons[id] == nil {
            reasons[id] = .expired
        }
        return reasons.filter { entries[$0.key] != nil }
            .map { End(id: $0.key, reason: $0.value) }
            .sorted { $0.id.rawValue < $1.id.rawValue }
    }
}
