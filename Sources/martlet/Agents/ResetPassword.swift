import ArgumentParser
import Desk
import DeskServer

struct ResetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset-password",
        abstract: "Give an agent another password, and end what is open."
    )

    @Argument var username: String
    @OptionGroup var password: PasswordOption
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let password = try password.read()
        let check = { () throws(DeskError) in try PasswordPolicy.check(password, for: username) }
        try await CommandDesk.with(store.choice(), check: check) { desk in
            let account = try await CommandDesk.find(username, in: desk)
            let hash = try await PasswordHasher(cost: .standard).hash(password, for: username)
            _ = try await desk.resetPassword(of: account.id, to: hash, by: .commandLine)
            printLine("changed the password of \(username)")
        }
    }
}
