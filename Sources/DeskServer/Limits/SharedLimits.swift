package import Desk

/// Limits that hold over all nodes. Where there is no answer, as while the others cannot be reached, those that each
/// node keeps for itself count. Thread-safe.
package protocol SharedLimits: Sendable {
    /// Takes one, as a `TokenBucket` does.
    ///
    /// - Returns: zero if it was taken; otherwise how long until there will be one. Nil without an answer.
    func take(_ rate: Rate, of key: String) async -> Duration?

    /// Puts back what was taken and not used. Does not wait.
    func giveBack(_ rate: Rate, of key: String)

    /// Counts a try to log in as failed, as `LoginThrottle` does.
    ///
    /// - Returns: nil without an answer.
    func begin(_ counts: [SharedFailures]) async -> SharedAttempt?

    /// Takes a try back that did not fail, or all failures.
    ///
    /// - Parameter isRight: Whether the person is known; then whatever can be forgotten is.
    func takeBack(_ counts: [SharedFailures], begunAt: Int, isRight: Bool) async
}

/// What failures to log in are counted for, and what they cost.
package struct SharedFailures: Sendable {
    package var key: String
    /// So many cost no time; the next one a second, each further one twice as much.
    package var free: Int
    /// No failure costs more.
    package var longest: Duration
    /// After so long without a failure all are forgotten.
    package var memory: Duration
    /// Whether all are forgotten once somebody logs in.
    package var isForgotten: Bool
}

package enum SharedAttempt: Sendable {
    /// - Parameter begunAt: Names the try when it is taken back.
    case go(begunAt: Int)
    /// Nothing was counted.
    case wait(Duration)
}
