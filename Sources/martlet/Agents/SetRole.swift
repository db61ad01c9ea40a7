import ArgumentParser
import Desk

struct SetRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-role",
        abstract: "Make an agent an admin or the other way round, and end what is open."
    )

    @Argument var username: String
    @Option(help: "An admin may do more.") var role: AgentRole
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await CommandDesk.with(store.choice()) { desk in
            do {
                _ = try await desk.setRole(role.role, of: CommandDesk.find(username, in: desk).id, by: .commandLine)
                printLine("\(username) is \(role.rawValue) now")
            } catch DeskError.conflict {
                throw CommandFailure("\(username) is the last admin who can log in")
            }
        }
    }
}
