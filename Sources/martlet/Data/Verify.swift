import ArgumentParser
import DeskSQLite

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for damage in the data, or in a backup. Status 1 if there is any.",
        discussion: """
            It changes nothing, and may run beside a server. It looks whether what SQLite reads is what was written, \
            whether the messages of each ticket are numbered without a hole, and whether anything is stored twice or \
            after its ticket was closed.
            """
    )

    @Argument(help: "A backup. (default: the database in the data directory)") var file: String?
    @Flag(help: "As a JSON object.") var json = false
    @OptionGroup var data: DataDirectoryOption

    func run() throws {
        let path = try file ?? data.existing().databasePath
        let found = try Verification(of: path)
        if json {
            printLine(try VerificationReport.json(found, of: path))
            if !found.faults.isEmpty { throw ExitCode.failure }
        } else {
            printLine("\(path): \(VerificationReport.summary(found))")
            try VerificationReport.fail(for: found)
            printLine("no faults")
        }
    }
}
