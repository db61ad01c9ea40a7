package import Desk
import EngineIO
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import SocketIO
import SocketIOHummingbird

/// The whole server: routes, sockets and pages on one port. The same for the program and for tests.
package struct DeskApplication: Service, CustomStringConvertible {
    /// Connections that may wait to be accepted: after a restart all come back within a second. The system may
    /// allow fewer (on Linux `net.core.somaxconn`, 4,096).
    private static let backlog = 4096

    private let services: [any Service]
    /// Every event that sockets may send, and every route, for tests that go through all of them.
    let eventNames: [String]
    let routes: [(method: String, path: String)]
    private let logger: Logger

    /// - Parameters:
    ///   - store: Migrated and ready; whoever opened it closes it after ``run()``.
    ///   - metrics: What is measured; the store adds to it. Default: of its own.
    ///   - cluster: The other nodes. Default: there are none.
    ///   - now: The clock. Default: the system's.
    ///   - onListening: Called once connections are accepted, with the port, and then the token of the
    ///     setup link while there is no account.
    package init(
        configuration: ServerConfiguration,
        store: any DeskStore,
        secrets: ServerSecrets,
        metrics: DeskMetrics = DeskMetrics(),
        cluster: (any Cluster)? = nil,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = SystemClock.now,
        onListening: @escaping @Sendable (_ port: Int, _ setupToken: String?) async -> Void = { _, _ in }
    ) async throws {
        let parts = try await Parts(configuration, store, secrets, metrics, cluster, logger, now)
        eventNames = parts.eventNames
        routes = parts.router.routes.map { ($0.method.rawValue, $0.path.description) }
        var server = HTTPServerBuilder.socketIO(parts.io, isSecure: configuration.tls != nil)
        if let tls = configuration.tls {
            server = try .tls(server, tlsConfiguration: tls.configuration)
        }
        let application = Application(
            router: parts.router,
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: nil,
                backlog: Self.backlog,
                availableConnectionsDelegate: configuration.maxConnections.map {
                    MaximumAvailableConnections($0, logger: logger)
                }
            ),
            onServerRunning: { [setup = parts.setup] channel in
                await onListening(channel.localAddress?.port ?? configuration.port, setup.issue())
            },
            logger: logger
        )
        let link = cluster.map { ClusterLink(cluster: $0, namespace: parts.io.namespace()) }
        // Stopped in reverse: the sockets before the server, which would wait for their long polls, and before the link to
        // the other nodes, which hear that they have gone.
        self.services =
            [Acceptor(application: application)] + (link.map { [$0] } ?? []) + [
                parts.housekeeping, LoopLag(metrics: metrics),
                SocketIOService(parts.io, timeout: configuration.shutdownStep),
            ]
        self.logger = logger
    }

    /// Without this, a service group's log at `debug` holds everything in it, secrets included.
    package var description: String { "DeskApplication" }

    /// Serves until the service group it runs in shuts down.
    package func run() async throws {
        try await ServiceGroup(services: services, logger: logger).run()
    }
}

/// Accepts connections on an event loop: most become WebSockets, and for those Hummingbird's task has nothing to do that
/// would be worth the wake-up of a thread.
private struct Acceptor: Service {
    let application: any Service

    func run() async throws {
        let executor = EventLoopTaskExecutor(MultiThreadedEventLoopGroup.singleton.next())
        try await withTaskExecutorPreference(executor) { try await application.run() }
    }
}

/// Everything wired together, before there is a port.
private struct Parts {
    let io: SocketIOServer
    let router: Router<DeskRequestContext>
    let eventNames: [String]
    let housekeeping: Housekeeping
    let setup: SetupLinkIssuer

    init(
        _ configuration: ServerConfiguration,
        _ store: any DeskStore,
        _ secrets: ServerSecrets,
        _ metrics: DeskMetrics,
        _ cluster: (any Cluster)?,
        _ logger: Logger,
        _ now: @escaping @Sendable () -> Timestamp
    ) async throws {
        let makeID: @Sendable () -> String = IDSource().make
        let settings = CurrentSettings(
            allowedOrigins: configuration.allowedOrigins,
            fixedRetention: configuration.retention,
            logger: logger
        )
        var origins = OriginPolicy(
            own: configuration.publicOrigin?.rawValue,
            allowed: Set(configuration.allowedOrigins.map(\.rawValue)),
            isSecure: configuration.tls != nil
        )
        origins.allows = { settings.isOfASite($0) }
        let start = ContinuousClock.now
        let limiter = RateLimiter(
            configuration.limits,
            addresses: ClientAddresses(trusted: configuration.trustedProxies, logger: logger),
            shared: cluster?.limits,
            elapsed: { ContinuousClock.now - start }
        )
        if configuration.limits == nil { logger.warning("The limits are off: for benchmarks only") }
        var socketIO = SocketIOConfiguration()
        socketIO.engine.origins = origins
        socketIO.engine.admits = { limiter.admits(limiter.addresses.address(of: $0)) }
        socketIO.runsHandlersOnEventLoop = true
        socketIO.engine.shutdownTimeout = configuration.shutdownStep
        socketIO.onBroadcast = metrics.noteBroadcast
        let alone: AdapterFactory = { $0 }
        let io = SocketIOServer(configuration: socketIO, logger: logger, adapter: cluster?.adapter ?? alone)
        let namespace = io.namespace()

        let presence = PresenceDesk(
            namespace: namespace,
            grace: configuration.presenceGrace,
            node: cluster.map { _ in makeID() },
            patience: configuration.nodePatience,
            now: now
        )
        let cannedReplies = CannedReplyNews(namespace: namespace, store: store, logger: logger)
        let publisher = EventPublisher(
            namespace: namespace,
            presence: presence,
            cannedReplies: cannedReplies,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            activityInterval: configuration.activityInterval
        )
        let socketDesk = SocketDesk(
            store: store,
            now: now,
            makeID: makeID,
            wordFilter: { settings.wordFilter },
            quota: configuration.limits?.ticketQuota,
            publisher: publisher
        )
        let desk = socketDesk(for: nil)
        await settings.look(at: desk)
        let watch = LoginWatch(namespace: namespace, now: now, logger: logger)
        let siteSecrets = SiteSecrets(key: secrets.siteKey)
        let loginTokens = await LoginTokens(keys: try await secrets.loginKeys())
        let authenticator = Authenticator(
            desk: desk,
            loginTokens: loginTokens,
            guestTokens: GuestTokens(key: secrets.guestKey),
            siteSecrets: siteSecrets,
            settings: settings,
            now: now,
            makeID: makeID
        )

        SocketDoor(
            authenticator: authenticator,
            limiter: limiter,
            desk: desk,
            presence: presence,
            watch: watch,
            now: now
        )
        .register(on: namespace)
        let events = EventRegistry(namespace: namespace, limiter: limiter, metrics: metrics)
        let viewing = ViewingDesk(namespace: namespace, isAlone: cluster == nil, now: now)
        namespace.onDisconnect { socket, _, _ in viewing.leave(socket.id) }
        namespace.onDisconnect { _, reason, _ in metrics.noteDisconnect(reason) }
        TicketEvents(desk: socketDesk, presence: presence, viewing: viewing, limiter: limiter).register(on: events)
        MessageEvents(desk: socketDesk).register(on: events)
        AgentEvents(desk: socketDesk, presence: presence).register(on: events)
        CannedReplyEvents(desk: socketDesk).register(on: events)
        SearchEvents(desk: socketDesk).register(on: events)
        NoteEvents(desk: socketDesk, viewing: viewing).register(on: events)

        let files = WebFiles(directory: configuration.webDirectory)
        let router = Router(context: DeskRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(
            middleware: SecurityHeadersMiddleware(
                isSecure: configuration.isSecure,
                settings: settings
            )
        )
        router.add(middleware: FailureMiddleware(files: files))
        router.add(middleware: ForeignOriginMiddleware(origins: origins))
        router.add(middleware: PostLimitMiddleware(limiter: limiter))
        let passwords = PasswordHasher(cost: configuration.passwordCost)
        PageRoutes(files: files, authenticator: authenticator).add(to: router)
        WidgetRoutes(shelf: WidgetShelf(files: files)).add(to: router)
        HealthRoutes(desk: desk, cluster: cluster).add(to: router)
        MetricsRoute(
            token: configuration.metricsToken,
            metrics: metrics,
            server: io,
            namespace: namespace,
            store: store
        )
        .add(to: router)
        SetupRoutes(desk: desk, passwords: passwords).add(to: router)
        let secondFactors = SecondFactors(sealingKey: secrets.sealingKey, hashingKey: secrets.recoveryKey)
        let gate = LoginGate(shared: cluster?.limits)
        let failures = LoginFailureLog(now: now)
        LoginRoutes(
            desk: desk,
            authenticator: authenticator,
            login: PasswordLogin(
                desk: desk,
                passwords: passwords,
                secondFactors: secondFactors,
                devices: DeviceTokens(key: secrets.deviceKey, isSecure: configuration.isSecure),
                gate: gate,
                failures: failures,
                now: now
            ),
            addresses: limiter.addresses,
            cookie: LoginCookie(isSecure: configuration.isSecure),
            watch: watch
        )
        .add(to: router)
        SessionRoutes(desk: desk, authenticator: authenticator, watch: watch).add(to: router)
        SettingsRoutes(
            desk: desk,
            authenticator: authenticator,
            passwords: passwords,
            secondFactors: secondFactors,
            gate: gate,
            failures: failures
        )
        .add(to: router)

        AuditRoutes(desk: desk, authenticator: authenticator).add(to: router)
        let refused = RefusedOrigins()
        WidgetConfigRoute(
            settings: settings,
            languages: try WidgetLanguages(files),
            presence: presence,
            origins: origins,
            refused: refused,
            now: now
        )
        .add(to: router)
        SiteRoutes(
            desk: desk,
            authenticator: authenticator,
            secrets: siteSecrets,
            settings: settings,
            refused: refused
        )
        .add(to: router)

        PasswordLinkRoutes(desk: desk, passwords: passwords, gate: gate, addresses: limiter.addresses).add(to: router)
        AccountRoutes(
            desk: desk,
            authenticator: authenticator,
            links: LinkAddress(publicOrigin: configuration.publicOrigin, isSecure: configuration.isSecure)
        )
        .add(to: router)
        AdminSettingsRoutes(desk: desk, authenticator: authenticator, settings: settings).add(to: router)
        GuestRoutes(desk: desk, authenticator: authenticator).add(to: router)

        self.io = io
        self.eventNames = events.names
        self.router = router
        self.housekeeping = Housekeeping(
            interval: configuration.watchInterval,
            desk: desk,
            keys: LoginKeyReload(tokens: loginTokens, read: secrets.loginKeys, logger: logger),
            watch: watch,
            settings: settings,
            presence: presence,
            viewing: viewing,
            cannedReplies: cannedReplies,
            failures: failures,
            logger: logger
        )
        self.setup = SetupLinkIssuer(desk: desk, logger: logger)
    }
}
