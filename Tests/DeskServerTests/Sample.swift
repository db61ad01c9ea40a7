import Crypto
import Desk
import SocketIO

@testable import DeskServer

/// Values that many tests need.
enum Sample {
    static let start = Timestamp(milliseconds: 1_795_000_000_123)

    static func account(_ id: String = "agent-1", role: Role = .agent, isDisabled: Bool = false) -> Account {
        Account(
            id: Account.ID(rawValue: id),
            username: Username(stored: "ada"),
            name: "Ada",
            role: role,
            passwordHash: "",
            isDisabled: isDisabled,
            createdAt: start,
            changedAt: start
        )
    }

    static func login(_ id: String = "login-1", of account: Account = account(), at now: Timestamp = start) -> Login {
        let session = LoginSession(
            id: LoginSession.ID(rawValue: id),
            accountID: account.id,
            createdAt: now,
            expiresAt: now.advanced(by: LoginSession.lifetime),
            changedAt: now
        )
        return Login(session: session, account: account)
    }

    static func ticket(_ id: String = "ticket-1", of guest: String = "guest-1") -> Ticket {
        let customer = Guest(
            id: Guest.ID(rawValue: guest),
            name: nil,
            email: nil,
            isVerified: false,
            createdAt: start
        )
        return Ticket(id: Ticket.ID(rawValue: id), number: 7, customer: customer, subject: "Help", createdAt: start)
    }

    static func guest(_ id: String = "guest-1") -> Principal {
        .guest(Guest.ID(rawValue: id), name: nil)
    }

    static func agent(_ id: String = "agent-1") -> Principal {
        .agent(Account.ID(rawValue: id), name: "Ada", role: .agent)
    }

    static func socket(_ id: String) -> SocketID {
        SocketID(rawValue: id)
    }

    /// A JWT signed with HMAC-SHA256 whatever its header says.
    static func jwt(header: String, payload: String, key: SymmetricKey) -> String {
        let body = Base64URL.encode(Array(header.utf8)) + "." + payload
        return body + "." + Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: key))
    }
}
