import ArgumentParser

/// How a command gets a password: never as an option, which everybody on the machine could see.
struct PasswordOption: ParsableArguments {
    @Flag(help: "Read the password from standard input, up to the end of the line.") var passwordStdin = false

    func read() throws(CommandFailure) -> String {
        guard passwordStdin else {
            throw CommandFailure("say --password-stdin and give the password on standard input")
        }
        guard let line = readLine(), !line.isEmpty else { throw CommandFailure("standard input has no password") }
        return line
    }
}
