import ArgumentParser
import Desk
import DeskSQLite
import DeskServer

#if MongoDB
import DeskMongoDB
#endif

struct RotateSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Sign logins by another key from now on.",
        discussion: """
            A running server obeys within a second. Nobody is logged out: what the key before has signed counts until \
            it expires, 12 hours at most, and by then every page has renewed it. To end logins, end them \
            (martlet agent disable, reset-password).
            """
    )

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let settings = try Settings(options: store.values)
        let choice = try settings.storeChoice()
        let given = try settings.jwtSecret()
        switch choice {
        case .sqlite(let directory):
            guard given == nil else {
                throw CommandFailure(
                    "the key comes from \(Setting.jwtSecret.environmentName): change it there and restart"
                )
            }
            try DataDirectoryOption.existing(at: directory).rotateLoginSecret(at: SystemClock.now().milliseconds)
        #if MongoDB
        case .mongoDB(let options):
            let now = SystemClock.now()
            try await MongoStore(options)
                .rotateLoginKey(
                    to: given.map { LoginKeys(current: $0).name },
                    at: now,
                    forgetting: Timestamp(milliseconds: now.milliseconds - ServedStore.retiredKeyLife)
                )
        #endif
        }
        await CommandDesk.note(.secretRotated, in: choice)
        if given == nil {
            printLine("logins are signed by another key now; the one before counts for 12 hours")
        } else {
            printLine("servers start only with the key that was given now; restart those that run")
        }
    }
}
