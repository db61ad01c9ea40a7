import ArgumentParser
import Desk

struct DisableAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Let an agent in no more, and end what is open."
    )

    @Argument var username: String
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await CommandDesk.with(store.choice()) { desk in
            do {
                _ = try await desk.setDisabled(true, CommandDesk.find(username, in: desk).id, by: .commandLine)
                printLine("disabled \(username)")
            } catch DeskError.conflict {
                throw CommandFailure("\(username) is the last admin who can log in")
            }
        }
    }
}
