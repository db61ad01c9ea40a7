import ArgumentParser
import Desk
import DeskServer
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
        let choice = try settings.storeChoice()
        let logger = try Self.makeLogger(level: settings.logLevel())

        EventLoops.bind()
        // Everything that can be refused is, before the disk is touched.
        let openFiles = OpenFileLimit.raise()
        server.maxConnections = openFiles.map(OpenFileLimit.connections)
        try await ListeningAddress.check(host: server.host, port: server.port)
        let metrics = DeskMetrics()
        let served = try await ServedStore.open(choice, jwtSecret: jwtSecret, metrics: metrics, logger: logger)
        defer { served.close() }
        let application = try await DeskApplication(
            configuration: server,
            store: served.store,
            secrets: served.secrets,
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
