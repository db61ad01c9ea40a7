package enum Role: String, Sendable, Hashable {
    case guest, agent, admin
}

/// Who did something, as written into messages and into `closedBy`: a later change of name or role
/// does not rewrite history.
package struct Author: Sendable, Equatable {
    package var userID: String
    package var role: Role
    package var name: String

    package init(userID: String, role: Role, name: String) {
        self.userID = userID
        self.role = role
        self.name = name
    }
}

/// Whoever calls the desk. The server decides it once, at connect, from a token or a login session
/// and never from anything else the client says.
package enum Principal: Sendable, Equatable {
    case guest(Guest.ID, name: String?)
    /// `role` is ``Role/agent`` or ``Role/admin``.
    case agent(Account.ID, name: String, role: Role)

    package var userID: String {
        switch self {
        case .guest(let id, _): id.rawValue
        case .agent(let id, _, _): id.rawValue
        }
    }

    package var role: Role {
        switch self {
        case .guest: .guest
        case .agent(_, _, let role): role
        }
    }

    /// A guest who gave no name is called "Guest".
    package var name: String {
        switch self {
        case .guest(_, let name): name ?? "Guest"
        case .agent(_, let name, _): name
        }
    }

    package var isAgent: Bool {
        switch self {
        case .guest: false
        case .agent: true
        }
    }

    /// Whether the account is theirs.
    func owns(_ id: Account.ID?) -> Bool {
        switch self {
        case .guest: false
        case .agent(let own, _, _): own == id
        }
    }

    package var author: Author {
        Author(userID: userID, role: role, name: name)
    }
}
