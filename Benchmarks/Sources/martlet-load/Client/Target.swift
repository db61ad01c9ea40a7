import ArgumentParser

/// The server that is measured.
struct Target: ParsableArguments {
    @Option(help: "Address of the server; loopback only.") var host = "127.0.0.1"
    @Option(help: "Its port.") var port = 3000
    @Option(help: "Its process id, to read CPU time and memory from /proc. Default: neither is shown.") var pid: Int?
    @Flag(help: "Print one line of JSON instead of a table.") var json = false

    func validate() throws {
        guard ["127.0.0.1", "::1", "localhost"].contains(host) else {
            throw ValidationError("load goes to this machine only")
        }
    }
}
