import ArgumentParser
import Desk
import DeskServer

struct AddAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add an agent or admin.")

    @Argument(help: "For logging in: 1 to 64 letters, digits and . _ - @ +") var username: String
    @Option(help: "What guests see.") var name: String
    @Option(help: "An admin may do more.") var role: AgentRole = .agent
    @OptionGroup var password: PasswordOption
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let password = try password.read()
        let check = { () throws(DeskError) in
            try PasswordPolicy.check(password, for: username)
            try Desk.checkAccount(username: username, name: name)
        }
        try await CommandDesk.with(store.choice(), creates: true, check: check) { desk in
            do {
                let account = try await desk.createAccount(
                    username: username,
                    name: name,
                    role: role.role,
                    passwordHash: PasswordHasher(cost: .standard).hash(password, for: username),
                    by: .commandLine
                )
                printLine("added \(account.role.rawValue) \(account.username)")
            } catch DeskError.conflict {
                throw CommandFailure("there is an agent \(username) already")
            }
        }
    }
}
