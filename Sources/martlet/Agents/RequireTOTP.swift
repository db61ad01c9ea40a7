import ArgumentParser
import Desk

struct RequireTOTP: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "require-totp",
        abstract: "Let an agent do nothing more before a second factor is set up."
    )

    @Argument var username: String
    @Flag(help: "Leave it to the agent again.") var off = false
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await CommandDesk.with(store.choice()) { desk in
            let account = try await CommandDesk.find(username, in: desk)
            _ = try await desk.requireSecondFactor(!off, of: account.id, by: .commandLine)
            printLine(off ? "\(username) may do without a second factor" : "\(username) needs a second factor")
        }
    }
}
