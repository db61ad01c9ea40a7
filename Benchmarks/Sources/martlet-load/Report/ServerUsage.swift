import Foundation

/// What the server's process has used, read from /proc.
struct ServerUsage {
    /// Seconds of all its threads, user and system.
    var cpuSeconds: Double
    var residentBytes: Int

    /// Nil without a process id, or where there is no /proc.
    init?(pid: Int?) {
        guard let pid, let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let statm = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8),
            let behindName = stat.lastIndex(of: ")")
        else { return nil }
        // Behind the name, which may hold anything: state is field 3, utime 14, stime 15.
        let fields = stat[stat.index(after: behindName)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        cpuSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        let pages = statm.split(separator: " ")
        guard pages.count > 1, let resident = Int(pages[1]) else { return nil }
        residentBytes = resident * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
