import ArgumentParser
import Desk

struct EnableAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Let an agent in again.")

    @Argument var username: String
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await CommandDesk.with(store.choice()) { desk in
            _ = try await desk.setDisabled(false, CommandDesk.find(username, in: desk).id, by: .commandLine)
            printLine("enabled \(username)")
        }
    }
}
