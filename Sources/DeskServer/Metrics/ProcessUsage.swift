import Foundation

/// What this process takes of the machine.
struct ProcessUsage {
    /// Of all threads, the system's part included.
    let cpuSeconds: Double
    /// Nil where there is no /proc.
    let residentBytes: Int?

    static var current: ProcessUsage {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let seconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        let pages = fields?.dropFirst().first.flatMap { Int($0) }
        return ProcessUsage(cpuSeconds: seconds, residentBytes: pages.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) })
    }
}
