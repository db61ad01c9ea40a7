#if MongoDB
import Desk
import DeskMongoDB
import DeskServer

extension ServedStore {
    static func mongoDB(_ options: MongoOptions, jwtSecret: [UInt8]?) async throws -> ServedStore {
        let store = try await MongoStore(options)
        let given = jwtSecret.map { LoginKeys(current: $0) }
        let keys = try await store.keys(given: given?.name)
        let secrets = ServerSecrets(
            loginKeys: {
                if let given { return given }
                return try loginKeys(of: await store.keys(given: nil), at: SystemClock.now())
            },
            guestKey: keys.guest,
            accountKey: keys.account
        )
        return ServedStore(store: store, secrets: secrets, close: {})
    }

    private static func loginKeys(of keys: StoredKeys, at now: Timestamp) throws -> LoginKeys {
        guard case .stored(let current) = keys.login else { throw MongoFailure.missingLoginKey }
        let retired = keys.retired.filter { now.milliseconds <= $0.at.milliseconds + retiredKeyLife }
        return LoginKeys(current: current, retired: retired.map(\.key))
    }
}
#endif
