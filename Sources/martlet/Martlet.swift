import ArgumentParser
import Foundation

/// The program. Its commands throw; what they throw becomes one line on standard error, exit status 1.
@main
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "A support chat that you host yourself.",
        discussion: """
            Every option of serve can also be given as an environment variable or in a file .env in the working \
            directory: --data-dir is MARTLET_DATA_DIR there. The option wins, then the environment, then the file.
            """,
        subcommands: [
            Serve.self, Agents.self, Guests.self, WordFilterCommand.self, Secrets.self, AuditCommand.self,
            Backup.self, Verify.self, Restore.self, Migrate.self,
        ],
        defaultSubcommand: Serve.self
    )

    static func main() async {
        // A pipe whose reader has gone is seen by write(2) and must not end the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            // Asking for help is no error; ArgumentParser prints it.
            if exitCode(for: error).isSuccess { exit(withError: error) }
            let line = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
            printError(line)
            Foundation.exit(1)
        }
    }
}
