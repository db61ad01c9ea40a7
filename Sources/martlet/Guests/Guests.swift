import ArgumentParser

/// What people may ask about their own data.
struct Guests: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guest",
        abstract: "Show or erase what is stored about a customer.",
        subcommands: [ExportGuest.self, EraseGuest.self]
    )
}
