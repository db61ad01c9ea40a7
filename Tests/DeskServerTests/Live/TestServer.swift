import Desk
import DeskSQLite
import Foundation
import Logging
import ServiceLifecycle

@testable import DeskServer

/// A server on a port of loopback and a data directory of its own, for as long as `body` runs.
struct TestServer {
    let client: TestClient
    let setupToken: String
    let eventNames: [String]
    let routes: [(method: String, path: String)]
    let desk: Desk
    let passwords: PasswordHasher

    static func run(
        configure: (inout ServerConfiguration) -> Void = { _ in },
        keys: @escaping @Sendable () throws -> LoginKeys = { LoginKeys(current: Array(0..<32)) },
        now: @escaping @Sendable () -> Timestamp = SystemClock.now,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await withStore { store in
            try await run(on: store, configure: configure, keys: keys, now: now, body)
        }
    }

    /// A store in a data directory of its own.
    static func withStore(
        telling: @escaping SQLiteStore.Telling = { $0() },
        _ body: (SQLiteStore) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let data = try DataDirectory(path: directory)
        let store = try SQLiteStore(path: data.databasePath, migrates: true, telling: telling, report: { _ in })
        defer { store.close() }
        try await body(store)
    }

    /// - Parameter cluster: The other nodes, which have the same store.
    static func run(
        on store: SQLiteStore,
        cluster: (any Cluster)? = nil,
        configure: (inout ServerConfiguration) -> Void = { _ in },
        keys: @escaping @Sendable () throws -> LoginKeys = { LoginKeys(current: Array(0..<32)) },
        now: @escaping @Sendable () -> Timestamp = SystemClock.now,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.passwordCost = PasswordCost(logN: 4, r: 1, p: 1)
        configuration.presenceGrace = .milliseconds(1)
        configuration.watchInterval = .milliseconds(10)
        configure(&configuration)

        let (started, start) = AsyncStream.makeStream(of: (Int, String?).self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = try await DeskApplication(
            configuration: configuration,
            store: store,
            secrets: ServerSecrets(loginKeys: keys, guestKey: Array(32..<64), accountKey: Array(64..<96)),
            cluster: cluster,
            logger: logger,
            now: now,
            onListening: { start.yield(($0, $1)) }
        )
        let group = ServiceGroup(services: [application], logger: logger)
        let desk = Desk(store: store, now: now, makeID: { UUID().uuidString }, publish: { _ in })
        let passwords = PasswordHasher(cost: configuration.passwordCost)
        async let serving: Void = {
            defer { start.finish() }
            try await group.run()
        }()
        var first = started.makeAsyncIterator()
        if let (port, token) = await first.next() {
            let server = TestServer(
                client: TestClient(port: port),
                setupToken: token ?? "",
                eventNames: application.eventNames,
                routes: application.routes,
                desk: desk,
                passwords: passwords
            )
            do {
                try await body(server)
            } catch {
                await group.triggerGracefulShutdown()
                try await serving
                throw error
            }
        }
        await group.triggerGracefulShutdown()
        try await serving
    }

    /// A path that a route answers.
    static func path(of route: (method: String, path: String)) -> String {
        route.path.replacing("**", with: "shared/socket.js").replacing(/\{[^}]*\}|:[A-Za-z]+/, with: "x")
    }

    /// Makes an agent and logs in.
    ///
    /// - Returns: The value of the `Cookie` header.
    func hire(_ username: String, role: Role = .agent) async throws -> (account: Account, cookie: String) {
        let account = try await desk.createAccount(
            username: username,
            name: username.capitalized,
            role: role,
            passwordHash: passwords.hash("correct horse", for: username),
            by: .commandLine
        )
        let answer = try await client.post(
            "/agent/login",
            json: #"{"username":"\#(username)","password":"correct horse"}"#
        )
        return (account, String(answer["set-cookie"]?.prefix { $0 != ";" } ?? ""))
    }
}
