#if MongoDB
import Desk

@testable import DeskMongoDB

/// A store with accounts, whose ids are their usernames.
struct AccountScene: Sendable {
    static let now = Timestamp(milliseconds: 1_000_000)
    static let link = SetupLink(tokenHash: SetupLink.TokenHash(rawValue: "setup"), expiresAt: now)

    let store: MongoStore

    static func with(_ body: (AccountScene, MongoClient) async throws -> Void) async throws {
        try await Deployment.withClient { client in
            try await body(AccountScene(store: MongoStore(client: client)), client)
        }
    }

    /// Another node on the same database.
    func other(_ client: MongoClient) async throws -> AccountScene {
        AccountScene(store: try await MongoStore(client: client))
    }

    static func account(_ username: String, role: Role = .agent) -> Account {
        Account(
            id: Account.ID(rawValue: username),
            username: Username(stored: username),
            name: username,
            role: role,
            passwordHash: "$",
            isDisabled: false,
            createdAt: now,
            changedAt: now
        )
    }

    static func entry(_ action: AuditAction, _ account: Account) -> AuditEntry {
        AuditEntry(action, on: .account(account), by: .commandLine, at: now)
    }

    func insert(_ username: String, role: Role = .agent) async throws(DeskError) {
        let account = Self.account(username, role: role)
        try await store.insert(account, link: nil, audit: [Self.entry(.accountCreated, account)])
    }

    func setUp(_ username: String) async throws(DeskError) -> Account {
        try await store.insertFirstAccount(using: Self.link.tokenHash) { _ in
            let account = Self.account(username, role: .admin)
            return Audited(account, Self.entry(.accountCreated, account))
        }
    }

    func setDisabled(_ isDisabled: Bool, _ username: String) async throws(DeskError) {
        _ = try await store.changeAccount(Account.ID(rawValue: username)) { facts throws(DeskError) in
            var account = facts.account
            guard !isDisabled || !account.isAbleAdmin || facts.ableAdmins > 1 else { throw .conflict }
            account.isDisabled = isDisabled
            account.changedAt = Self.now
            let entry = Self.entry(isDisabled ? .accountDisabled : .accountEnabled, account)
            return AccountDecision(account: account, endSessions: isDisabled ? .disabled : nil, audit: entry)
        }
    }

    func begin(_ id: String, of username: String) async throws(DeskError) -> LoginSession {
        try await store.insertSession(of: Account.ID(rawValue: username)) { account in
            let session = LoginSession(
                id: LoginSession.ID(rawValue: id),
                accountID: account.id,
                createdAt: Self.now,
                expiresAt: Self.now.advanced(by: LoginSession.lifetime),
                changedAt: Self.now
            )
            return Audited(session, Self.entry(.loginSuccess, account))
        }
    }

    func ableAdmins() async throws -> [String] {
        try await store.accounts().filter(\.isAbleAdmin).map(\.id.rawValue)
    }

    /// What the audit log says, oldest first.
    func audit() async throws -> [AuditAction] {
        try await store.auditRecords(AuditQuery(), limit: AuditQuery.maximumLimit).reversed().map(\.entry.action)
    }

    /// How many documents have entries that have their place in the log still to come.
    func waitingAudit() async throws -> Int {
        var count = 0
        for source in AuditDocuments.sources {
            count += try await store.database.count(in: source, AuditDocuments.waiting)
        }
        return count
    }
}
#endif
