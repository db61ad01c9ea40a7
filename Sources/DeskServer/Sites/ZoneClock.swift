import Desk
import Foundation

/// The clock on the wall of a time zone, by the system's time zone database.
struct ZoneClock {
    private let zone: TimeZone

    /// Nil if there is no such zone.
    init?(_ name: String) {
        // Foundation also takes GMT+1 and the like, which know no summer time and no place.
        guard name == "UTC" || name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    /// See ``OpeningHours/Offset``.
    func offset(at moment: Timestamp) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
        return Int64(zone.secondsFromGMT(for: date)) * 1000
    }
}

extension OpeningHours {
    /// Nil if the system has no such zone any more.
    func state(at now: Timestamp) -> State? {
        ZoneClock(timeZone).map { clock in state(at: now, offset: clock.offset) }
    }
}
