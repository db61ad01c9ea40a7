import Desk
import GRDB

/// Accounts as rows, and back.
enum AccountRows {
    /// In the order that ``decode(_:at:)`` expects.
    static let columns = """
        users.id, accounts.username, accounts.name, accounts.role, accounts.passwordHash, accounts.isDisabled,
        accounts.createdAt, accounts.changedAt, accounts.requiresSecondFactor, accounts.totpSecret,
        accounts.totpLastStep, accounts.recoveryCodes
        """
    static let source = "accounts JOIN users USING (row)"

    /// - Parameter first: The index of the first column.
    static func decode(_ row: Row, at first: Int = 0) throws -> Account {
        Account(
            id: Account.ID(rawValue: row[first]),
            username: Username(stored: row[first + 1]),
            name: row[first + 2],
            role: try row.spelled(first + 3),
            passwordHash: row[first + 4],
            isDisabled: row[first + 5],
            requiresSecondFactor: row[first + 8],
            secondFactor: secondFactor(row, at: first + 9),
            createdAt: row.timestamp(first + 6),
            changedAt: row.timestamp(first + 7)
        )
    }

    private static func secondFactor(_ row: Row, at first: Int) -> SecondFactor? {
        guard let secret = row[first] as String? else { return nil }
        return SecondFactor(
            sealedSecret: secret,
            lastStep: row[first + 1] ?? 0,
            recoveryCodes: (row[first + 2] as String? ?? "").split(separator: " ").map(String.init)
        )
    }

    static func account(_ id: Account.ID, in db: Database) throws -> Account? {
        try db.first("SELECT \(columns) FROM \(source) WHERE users.id = ?", [id.rawValue]) { try decode($0) }
    }

    static func account(named username: Username, in db: Database) throws -> Account? {
        try db.first("SELECT \(columns) FROM \(source) WHERE username = ?", [username.rawValue]) { try decode($0) }
    }

    static func exist(in db: Database) throws -> Bool {
        try db.first("SELECT 1 FROM accounts LIMIT 1") { _ in true } ?? false
    }

    /// How many are ``Account/isAbleAdmin``.
    static func ableAdmins(in db: Database) throws -> Int {
        let sql = "SELECT count(*) FROM accounts WHERE role = ? AND NOT isDisabled AND passwordHash <> ''"
        return try db.first(sql, [Role.admin.rawValue]) { $0[0] } ?? 0
    }

    static func insert(_ account: Account, in db: Database) throws {
        guard try self.account(named: account.username, in: db) == nil else { throw DeskError.conflict }
        let row = try UserRows.insert(account.id.rawValue, in: db)
        let sql = """
            INSERT INTO accounts (row, username, name, role, passwordHash, isDisabled, createdAt, changedAt,
                requiresSecondFactor, totpSecret, totpLastStep, recoveryCodes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                row, account.username.rawValue, account.name, account.role.rawValue, account.passwordHash,
                account.isDisabled, account.createdAt.milliseconds, account.changedAt.milliseconds,
                account.requiresSecondFactor, account.secondFactor?.sealedSecret, account.secondFactor?.lastStep,
                account.secondFactor?.recoveryCodes.joined(separator: " "),
            ]
        )
    }

    static func update(_ account: Account, in db: Database) throws {
        let sql = """
            UPDATE accounts SET username = ?, name = ?, role = ?, passwordHash = ?, isDisabled = ?, changedAt = ?,
                requiresSecondFactor = ?, totpSecret = ?, totpLastStep = ?, recoveryCodes = ?
            WHERE row = (SELECT row FROM users WHERE id = ?)
            """
        try db.run(
            sql,
            [
                account.username.rawValue, account.name, account.role.rawValue, account.passwordHash,
                account.isDisabled, account.changedAt.milliseconds, account.requiresSecondFactor,
                account.secondFactor?.sealedSecret, account.secondFactor?.lastStep,
                account.secondFactor?.recoveryCodes.joined(separator: " "), account.id.rawValue,
            ]
        )
    }
}
