/// What libFuzzer runs and the tests replay, named like its corpus. Input is any bytes; each target says how it takes
/// them. Shared by `Tests/FuzzingTests` and the package in `Fuzzing`.
enum FuzzTarget: String, CaseIterable, Sendable {
    case frames
    case polling
    case packets
    case http

    /// Tries one input.
    ///
    /// - Parameter allocatedBytes: what the process has allocated now; nil where other threads allocate as well.
    func check(_ input: [UInt8], allocatedBytes: (() -> Int)? = nil) throws(Violation) {
        switch self {
        case .frames: try FrameProperties.check(input)
        case .polling: try PollingProperties.check(input)
        case .packets: try PacketProperties.check(input)
        case .http: try HTTPProperties.check(input, allocatedBytes: allocatedBytes)
        }
    }
}

/// An input for which a property does not hold.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Ends the trial of an input unless `holds`.
func require(_ holds: Bool, _ property: @autoclosure () -> String) throws(Violation) {
    guard holds else { throw Violation(description: property()) }
}
