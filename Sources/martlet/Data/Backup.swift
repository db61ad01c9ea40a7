import ArgumentParser
import Desk
import DeskSQLite

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Save everything in one file, also while a server runs.",
        discussion: """
            The file holds the conversations, the accounts and the secrets, so keep it as safe as the data directory. \
            It is there, checked and complete, or not at all. Status 1 if it was not saved, or if the data has a \
            fault, which is then in the copy too.
            """
    )

    @Argument(help: "Where to. Readable by its owner alone.") var file: String
    @Flag(help: "Replace a file that is there.") var force = false
    @OptionGroup var data: DataDirectoryOption

    func run() async throws {
        let directory = try data.existing()
        let found = try DeskSQLite.Backup.save(directory, to: file, replaces: force)
        await CommandDesk.note(.backupMade, in: .sqlite(directory: directory.path))
        printLine("saved \(file): \(VerificationReport.summary(found))")
        try VerificationReport.fail(for: found)
    }
}
