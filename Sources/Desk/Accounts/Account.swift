/// An agent or admin: somebody who logs in.
package struct Account: Sendable, Equatable, Identifiable {
    package struct ID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }
    }

    package var id: ID
    package var username: Username
    package var name: String
    /// ``Role/agent`` or ``Role/admin``.
    package var role: Role
    /// A PHC string, so that the parameters of the hash can rise; empty until its owner has chosen a password.
    package var passwordHash: String
    package var isDisabled: Bool
    /// Whether an admin has said that it must have a second factor.
    package var requiresSecondFactor: Bool
    package var secondFactor: SecondFactor?
    package var createdAt: Timestamp
    /// What ``AccountStore/changes(since:)`` goes by.
    package var changedAt: Timestamp

    package init(
        id: ID,
        username: Username,
        name: String,
        role: Role,
        passwordHash: String,
        isDisabled: Bool,
        requiresSecondFactor: Bool = false,
        secondFactor: SecondFactor? = nil,
        createdAt: Timestamp,
        changedAt: Timestamp
    ) {
        self.id = id
        self.username = username
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
        self.isDisabled = isDisabled
        self.requiresSecondFactor = requiresSecondFactor
        self.secondFactor = secondFactor
        self.createdAt = createdAt
        self.changedAt = changedAt
    }

    package var hasPassword: Bool { !passwordHash.isEmpty }

    /// Whether this is one of the admins without whom nobody could let anybody in.
    package var isAbleAdmin: Bool { role == .admin && !isDisabled && hasPassword }

    /// A second factor is asked for and not there: it must be set up before anything else.
    package var mustSetUpSecondFactor: Bool { requiresSecondFactor && secondFactor == nil }

    package var principal: Principal {
        .agent(id, name: name, role: role)
    }
}

/// What somebody logs in with: 1 to 64 ASCII letters, digits and `. _ - @ +`, kept in lower case, so
/// that `Alice` and `alice` are one and no two usernames look alike. People see ``Account/name``.
package struct Username: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// - Throws: ``DeskError/invalid(field:)`` with `username`.
    package init(_ text: String) throws(DeskError) {
        let isAllowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default:
                "._-@+".utf8.contains(byte)
            }
        }
        guard isAllowed, (1...64).contains(text.utf8.count) else { throw .invalid(field: "username") }
        self.rawValue = text.lowercased()
    }

    /// Trusts a value that was checked before it was stored.
    package init(stored rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }
}
