import ArgumentParser
import Desk
import DeskSQLite
import DeskServer

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

    /// Milliseconds for which a key that signs no more is still needed: the life of a login, and a minute for a server
    /// that sees the rotation late.
    static let oldSecretLife = Int64((LoginSession.lifetime + .seconds(60)) / .milliseconds(1))

    @OptionGroup var data: DataDirectoryOption

    func run() async throws {
        let settings = try Settings(options: [.dataDirectory: data.dataDir])
        guard settings[.jwtSecret] == nil else {
            throw CommandFailure("the key comes from \(Setting.jwtSecret.environmentName): change it there and restart")
        }
        try data.existing().rotateLoginSecret(at: SystemClock.now().milliseconds)
        await CommandDesk.note(.secretRotated, in: data)
        printLine("logins are signed by another key now; the one before counts for 12 hours")
    }
}
