#if MongoDB
import Desk
import DeskMongoDB
import DeskSQLite
import DeskServer

/// The data and the keys of a data directory become those of a MongoDB.
enum Migration {
    /// A page is a hundred records; a line for each would be too much.
    private static let progressInterval = 10_000

    static func run(_ data: DataDirectory, to options: MongoOptions, jwtSecret: [UInt8]?) async throws {
        let lock = try lock(data)
        defer { withExtendedLifetime(lock) {} }
        let source = try SQLiteStore(path: data.databasePath, migrates: true) { incident in
            if case .failure(let error) = incident { printError("the store failed: \(error)") }
        }
        defer { source.close() }
        let name = LoginKeys(current: try data.secret(.account)).name
        let target = try await MongoStore(options, forCopy: true)
        try await target.beginCopy(of: name)
        let copy = StoreCopy(from: source, to: target, at: SystemClock.now())
        do throws(StoreCopy.Failure) {
            try await copy.copy { kind, count in
                if count.isMultiple(of: progressInterval) { printLine("\(count) of \(kind.rawValue) are there") }
            }
            printLine("all is there; comparing")
            for (name, count) in try await copy.verify() { printLine("\(name): \(count), the same in both") }
        } catch .different(let name) {
            throw CommandFailure(
                "what is in MongoDB of \(name) differs from the data directory: empty it and copy again"
            )
        } catch {
            throw CommandFailure("the copy could not go on, since a store failed; the same command goes on with it")
        }
        let keys = try keys(of: data, jwtSecret: jwtSecret)
        let stored = try await target.keys(orElse: keys)
        guard (stored.login, stored.guest, stored.account) == (keys.login, keys.guest, keys.account) else {
            throw CommandFailure("other keys are in MongoDB than in the data directory")
        }
        try await target.endCopy(of: name)
        printLine("done: serve it with --store mongodb; the data directory keeps all it had")
    }

    private static func lock(_ data: DataDirectory) throws -> DataDirectory.Lock {
        do {
            return try data.lock()
        } catch .inUse {
            throw CommandFailure("a server runs on \(data.path): stop it first")
        }
    }

    private static func keys(of data: DataDirectory, jwtSecret: [UInt8]?) throws -> StoredKeys {
        let now = SystemClock.now()
        let login = try data.loginSecrets(at: now.milliseconds, life: ServedStore.retiredKeyLife)
        return StoredKeys(
            login: jwtSecret.map { .given(name: LoginKeys(current: $0).name) } ?? .stored(login.current),
            retired: jwtSecret == nil ? login.retired.map { StoredKeys.Retired(key: $0, at: now) } : [],
            guest: try data.secret(.guest),
            account: try data.secret(.account)
        )
    }
}
#endif
