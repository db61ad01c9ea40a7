/// Who did something, for the audit log.
package enum Actor: Sendable, Equatable {
    /// Somebody who is logged in, with the name of then.
    case account(Account.ID, name: String)
    /// Whoever may write to the data directory.
    case commandLine
    /// Nobody asked for it now: it was time.
    case system
    /// Somebody who is not logged in.
    case nobody
}

extension Account {
    package var actor: Actor { .account(id, name: name) }
}

extension Principal {
    /// Guests are nobody to the audit log.
    package var actor: Actor {
        switch self {
        case .guest: .nobody
        case .agent(let id, let name, _): .account(id, name: name)
        }
    }
}
