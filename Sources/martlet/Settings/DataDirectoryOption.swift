import ArgumentParser
import DeskSQLite

/// The key that every command reads.
struct DataDirectoryOption: ParsableArguments {
    @Option(help: ArgumentHelp("Database and secrets. Created if it is missing. (default: ./data)", valueName: "dir"))
    var dataDir: String?

    /// Where the data directory is, or would be.
    func path() throws(CommandFailure) -> String {
        try Self.value(in: Settings(options: [.dataDirectory: dataDir]))
    }

    /// The data directory, for a command that needs one with data in it.
    func existing() throws -> DataDirectory {
        let path = try path()
        guard DataDirectory.hasDatabase(at: path) else {
            throw CommandFailure("there is no database of martlet in \(path)")
        }
        return try DataDirectory(path: path)
    }

    static func value(in settings: Settings) throws(CommandFailure) -> String {
        try settings.value(.dataDirectory, default: "./data", expected: "a path") { $0.isEmpty ? nil : $0 }
    }
}
