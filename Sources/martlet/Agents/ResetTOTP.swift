import ArgumentParser
import Desk

struct ResetTOTP: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset-totp",
        abstract: "Take away an agent's second factor, for one whose device and recovery codes are lost."
    )

    @Argument var username: String
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await CommandDesk.with(store.choice()) { desk in
            _ = try await desk.removeSecondFactor(of: CommandDesk.find(username, in: desk).id, by: .commandLine)
            printLine("\(username) has no second factor now")
        }
    }
}
