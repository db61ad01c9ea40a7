import ArgumentParser

/// Puts a server on this machine under load, and says how it bears it.
@main
struct MartletLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet-load",
        abstract: "Puts a server on this machine under load, and says how it bears it.",
        subcommands: [
            Idle.self, Connect.self, Chat.self, Echo.self, Fanout.self, Polling.self, Mixed.self, Browse.self,
            Seed.self,
        ]
    )
}
