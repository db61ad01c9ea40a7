import Desk
import DeskSQLite
import DeskServer
import EngineIO
import Logging

extension ServedStore {
    static func sqlite(
        in directory: String,
        jwtSecret: [UInt8]?,
        metrics: DeskMetrics,
        logger: Logger
    ) throws -> ServedStore {
        let data = try DataDirectory(path: directory)
        if !data.openToOthers.isEmpty {
            logger.warning(
                "Others on this machine may look into the data; chmod go-rwx keeps them out",
                metadata: ["paths": "\(data.openToOthers.joined(separator: " "))"]
            )
        }
        let lock = try lock(data)
        let store = try SQLiteStore(
            path: data.databasePath,
            migrates: true,
            onCommit: metrics.noteCommit,
            telling: LoopBatch.collect,
            waking: EventLoops.afterTurn
        ) { incident in
            switch incident {
            case .failure(let error):
                logger.error("The store failed", metadata: ["error": "\(error)"])
            case .writesRefused(let trouble, let error):
                logger.error(
                    "The store takes no writes",
                    metadata: ["reason": "\(trouble.rawValue)", "error": "\(error)"]
                )
            case .writesTaken:
                logger.notice("The store takes writes again")
            }
        }
        do {
            try store.openReaders()
            return try ServedStore(store: store, secrets: secrets(in: data, jwtSecret: jwtSecret)) {
                store.close()
                withExtendedLifetime(lock) {}
            }
        } catch {
            store.close()
            throw error
        }
    }

    private static func lock(_ data: DataDirectory) throws -> DataDirectory.Lock {
        do {
            return try data.lock()
        } catch .inUse {
            throw CommandFailure(
                "another martlet serves from \(data.path): several need --store mongodb, with --redis-url between them"
            )
        }
    }

    private static func secrets(in data: DataDirectory, jwtSecret: [UInt8]?) throws -> ServerSecrets {
        ServerSecrets(
            loginKeys: {
                if let jwtSecret { return LoginKeys(current: jwtSecret) }
                let secrets = try data.loginSecrets(at: SystemClock.now().milliseconds, life: retiredKeyLife)
                return LoginKeys(current: secrets.current, retired: secrets.retired)
            },
            guestKey: try data.secret(.guest),
            accountKey: try data.secret(.account)
        )
    }
}
