import ArgumentParser
import Desk
import DeskSQLite

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a backup into the data directory, while no server runs on it.",
        discussion: """
            What is there is kept, in a directory before-restore-TIME in the data directory. Everything is as it was \
            at the backup, so what was changed since is undone: a login that was ended, an agent who was disabled.
            """
    )

    @Argument(help: "What martlet backup saved.") var file: String
    @Flag(help: "Also a backup in which martlet verify finds faults.") var force = false
    @OptionGroup var data: DataDirectoryOption

    func run() async throws {
        let path = try data.path()
        let found = try Verification(of: file)
        if !force { try VerificationReport.fail(for: found) }
        let aside = try DeskSQLite.Restore.put(file, into: DataDirectory(path: path))
        await CommandDesk.note(.backupRestored, in: .sqlite(directory: path))
        printLine("restored \(path): \(VerificationReport.summary(found))")
        if let aside { printLine("what was there is now in \(aside)") }
    }
}
