import ArgumentParser

/// The key that every command reads.
struct DataDirectoryOption: ParsableArguments {
    @Option(help: ArgumentHelp("Database and secrets. Created if it is missing. (default: ./data)", valueName: "dir"))
    var dataDir: String?

    static func value(in settings: Settings) throws(CommandFailure) -> String {
        try settings.value(.dataDirectory, default: "./data", expected: "a path") { $0.isEmpty ? nil : $0 }
    }
}
