import Foundation

/// A program that runs beside the tests, silently.
///
/// Not Foundation's `Process`: on Linux its `run()` copies 256 bytes for each name in /proc/self/fd, and with over
/// a thousand open descriptors reads past the end of readdir's buffer.
final class ChildProcess {
    struct Failure: Error {
        let program: String
        let reason: String
    }

    /// More than all tests together have open.
    private static let descriptorLimit = 8192

    private let processID: pid_t
    private var hasEnded = false

    /// - Parameter program: a path, or a name that is looked for in PATH.
    init(_ program: String, _ arguments: [String]) throws {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // What keeps an inherited output open after the tests have died keeps their reader waiting, too.
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        // Nor may it keep the sockets of other tests: SwiftNIO's are inherited, and a port that listens stays taken.
        let descriptors = 0..<Int32(min(max(0, sysconf(Int32(_SC_OPEN_MAX))), Self.descriptorLimit))
        for descriptor in descriptors.dropFirst(3) {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        let words = ([program] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        var processID: pid_t = 0
        let error = posix_spawnp(&processID, program, &actions, nil, words + [nil], environ)
        guard error == 0 else { throw Failure(program: program, reason: String(cString: strerror(error))) }
        self.processID = processID
    }

    /// Waits until it has ended.
    /// - Returns: its exit status; `nil` if a signal ended it.
    @discardableResult
    func wait() -> Int32? {
        var status: Int32 = 0
        while waitpid(self.processID, &status, 0) < 0, errno == EINTR {}
        self.hasEnded = true
        return status & 0x7f == 0 ? status >> 8 & 0xff : nil
    }

    func kill() {
        guard !self.hasEnded else { return }
        self.send(SIGKILL)
        self.wait()
    }

    func send(_ signal: Int32) {
        guard !self.hasEnded else { return }
        Foundation.kill(self.processID, signal)
    }

    deinit { self.kill() }
}
