import Foundation
import NIOCore
import NIOPosix

/// How many event loops the process has, and what follows a turn of one.
enum EventLoops {
    /// One for each core the process may run on. SwiftNIO asks how many cores there are, and what a container's quota
    /// allows, not to which of them the process is bound (`taskset`, `CPUAffinity=`); two loops on one core only take turns.
    /// To be called before anything has used an event loop. SwiftNIO's own variable
    /// `NIO_SINGLETON_GROUP_LOOP_COUNT` wins.
    static func bind() {
        guard ProcessInfo.processInfo.environment["NIO_SINGLETON_GROUP_LOOP_COUNT"] == nil,
            let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let allowed = Self.allowedCores(status)
        else { return }
        NIOSingletons.groupLoopCountSuggestion = min(allowed, System.coreCount)
    }

    /// Runs `work` behind all that the calling event loop reads in this turn; at once for a thread that is no loop's.
    static func afterTurn(_ work: @escaping @Sendable () -> Void) {
        if let loop = MultiThreadedEventLoopGroup.currentEventLoop { loop.execute(work) } else { work() }
    }

    /// - Parameter status: As in proc_pid_status(5): a line of it has a bit for each core.
    private static func allowedCores(_ status: String) -> Int? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        let count = line?.drop { $0 != "\t" }.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return count.flatMap { $0 > 0 ? $0 : nil }
    }
}
