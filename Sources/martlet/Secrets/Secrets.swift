import ArgumentParser

/// The keys in the data directory.
struct Secrets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Manage the keys that sign.",
        subcommands: [RotateSecret.self]
    )
}
