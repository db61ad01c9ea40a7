package import Desk
import Foundation

/// The time of the machine.
package enum SystemClock {
    @Sendable package static func now() -> Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
