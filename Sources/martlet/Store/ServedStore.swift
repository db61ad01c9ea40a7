import Desk
import DeskServer
import Logging

/// The store of a server, with the keys that belong to its data.
struct ServedStore {
    let store: any DeskStore
    let secrets: ServerSecrets
    /// Ends what was opened, after the server.
    let close: () -> Void

    /// Milliseconds for which a key that signs logins no more is still needed: the life of a login, and a minute for a
    /// server that sees the rotation late.
    static let retiredKeyLife = Int64((LoginSession.lifetime + .seconds(60)) / .milliseconds(1))

    /// Opens what a server needs, and refuses what another one has.
    ///
    /// - Parameter jwtSecret: The key that signs logins, if it was given.
    static func open(
        _ choice: StoreChoice,
        jwtSecret: [UInt8]?,
        metrics: DeskMetrics,
        logger: Logger
    ) async throws -> ServedStore {
        switch choice {
        case .sqlite(let directory):
            try sqlite(in: directory, jwtSecret: jwtSecret, metrics: metrics, logger: logger)
        #if MongoDB
        case .mongoDB(let options):
            try await mongoDB(options, jwtSecret: jwtSecret)
        #endif
        }
    }
}
