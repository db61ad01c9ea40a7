import ArgumentParser
import Desk
import DeskSQLite
import DeskServer
import EngineIO
import Logging

/// Serves until SIGTERM or SIGINT.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the chat. Done if no command is named.")

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let settings = try Settings(options: options.values)
        var server = try settings.serverConfiguration()
        let jwtSecret = try settings.jwtSecret()
        let redis = try settings.redis()
        let path = try DataDirectoryOption.value(in: settings)
        let logger = try Self.makeLogger(level: settings.logLevel())

        // Everything that can be refused is, before the disk is touched.
        let openFiles = OpenFileLimit.raise()
        server.maxConnections = openFiles.map(OpenFileLimit.connections)
        try await ListeningAddress.check(host: server.host, port: server.port)
        let data = try DataDirectory(path: path)
        if !data.openToOthers.isEmpty {
            logger.warning(
                "Others on this machine may look into the data; chmod go-rwx keeps them out",
                metadata: ["paths": "\(data.openToOthers.joined(separator: " "))"]
            )
        }
        let lock = try data.lock()
        let metrics = DeskMetrics()
        let store = try SQLiteStore(
            path: data.databasePath,
            migrates: true,
            onCommit: metrics.noteCommit,
            telling: LoopBatch.collect
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
        defer {
            store.close()
            withExtendedLifetime(lock) {}
        }
        try store.openReaders()
        let secrets = ServerSecrets(
            loginKeys: {
                if let jwtSecret { return LoginKeys(current: jwtSecret) }
                let secrets = try data.loginSecrets(
                    at: SystemClock.now().milliseconds,
                    life: RotateSecret.oldSecretLife
                )
                return LoginKeys(current: secrets.current, retired: secrets.retired)
            },
            guestKey: try data.secret(.guest),
            accountKey: try data.secret(.account)
        )
        let application = try await DeskApplication(
            configuration: server,
            store: store,
            secrets: secrets,
            metrics: metrics,
            cluster: redis.map { RedisCluster($0, logger: logger) },
            logger: logger,
            onListening: { [server] in Self.announce(server, port: $0, setupToken: $1) }
        )
        if let openFiles, let connections = server.maxConnections {
            logger.info(
                "The limit of open files bounds the connections",
                metadata: ["limit": "\(openFiles)", "connections": "\(connections)"]
            )
        }
        do {
            try await SignalledService(application, timeout: server.shutdownTimeout, logger: logger).run()
        } catch {
            throw ListeningAddress.Failure(host: server.host, port: server.port, error)
        }
    }

    private static func makeLogger(level: Logger.Level) -> Logger {
        var logger = Logger(label: "martlet") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }

    private static func announce(_ server: ServerConfiguration, port: Int, setupToken: String?) {
        let address = server.address(port: port)
        printLine("listening on \(address)")
        if let setupToken {
            printLine("setup link: \(server.publicOrigin?.rawValue ?? address)/setup#\(setupToken)")
        }
    }
}
