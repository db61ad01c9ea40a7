import ArgumentParser
import DeskSQLite

/// The key of what works on files.
struct DataDirectoryOption: ParsableArguments {
    @Option(help: ArgumentHelp("Database and secrets. Created if it is missing. (default: ./data)", valueName: "dir"))
    var dataDir: String?

    /// Where the data directory is, or would be.
    ///
    /// - Throws: ``CommandFailure`` if the data is elsewhere.
    func path() throws(CommandFailure) -> String {
        let settings = try Settings(options: [.dataDirectory: dataDir])
        guard [nil, "sqlite"].contains(settings[.store]) else {
            throw CommandFailure("this works on the files of SQLite; MongoDB has tools of its own, such as mongodump")
        }
        return try Self.value(in: settings)
    }

    /// The data directory, for a command that needs one with data in it.
    func existing() throws -> DataDirectory {
        try Self.existing(at: path())
    }

    static func existing(at path: String) throws -> DataDirectory {
        guard DataDirectory.hasDatabase(at: path) else {
            throw CommandFailure("there is no database of martlet in \(path)")
        }
        return try DataDirectory(path: path)
    }

    static func value(in settings: Settings) throws(CommandFailure) -> String {
        try settings.value(.dataDirectory, default: "./data", expected: "a path") { $0.isEmpty ? nil : $0 }
    }
}
