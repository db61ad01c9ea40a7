#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Shows that work on an input grows no faster than the input.
enum LinearTime {
    /// The largest message a server takes unless told otherwise.
    private static let size = 1_000_000
    /// What linear work on `size` bytes takes is milliseconds, in a debug build less than a second; quadratic work takes
    /// minutes.
    private static let limit = 5.0

    /// Whether an input is one of the few that are tried at full size, which is slow. Depends on the input alone.
    static func samples(_ input: [UInt8]) -> Bool {
        input.reduce(0 as UInt32) { $0 &* 31 &+ UInt32($1) } % 2048 == 1
    }

    /// Runs `work` with `part` repeated to the largest size.
    static func check(_ name: String, repeating part: [UInt8], _ work: ([UInt8]) -> Void) throws(Violation) {
        guard !part.isEmpty else { return }
        var input: [UInt8] = []
        input.reserveCapacity(Self.size)
        while input.count + part.count <= Self.size { input += part }
        let start = Self.cpuSeconds()
        work(input)
        let seconds = Self.cpuSeconds() - start
        try require(seconds < Self.limit, "\(name): \(input.count) bytes took \(seconds) s of CPU time")
    }

    /// Of this thread: what others do does not count.
    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
