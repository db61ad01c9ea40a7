/// When somebody answers, by the clock on the wall of one time zone.
package struct OpeningHours: Sendable, Equatable {
    /// A part of one day of the week.
    package struct Period: Sendable, Equatable, Comparable {
        /// 1 is Monday, 7 Sunday (ISO 8601).
        package let day: Int
        /// Minutes since midnight; `to` is exclusive and at most 1440.
        package let from: Int
        package let to: Int

        /// Nil for a day, or for times, that there are not. What goes on after midnight is two periods.
        package init?(day: Int, from: Int, to: Int) {
            guard (1...7).contains(day), 0 <= from, from < to, to <= 1440 else { return nil }
            self.day = day
            self.from = from
            self.to = to
        }

        package static func < (lhs: Period, rhs: Period) -> Bool {
            (lhs.day, lhs.from, lhs.to) < (rhs.day, rhs.from, rhs.to)
        }
    }

    /// How things stand at a moment.
    package struct State: Sendable, Equatable {
        package var isOpen: Bool
        /// When somebody answers again; nil while it is open.
        package var nextOpening: Timestamp?

        package init(isOpen: Bool, nextOpening: Timestamp? = nil) {
            self.isOpen = isOpen
            self.nextOpening = nextOpening
        }
    }

    /// How far the clock on the wall is before UTC at a moment, in milliseconds.
    package typealias Offset = (Timestamp) -> Int64

    package static let mostPeriods = 28
    private static let minute: Int64 = 60_000

    /// A name of the IANA time zone database. Whether there is such a zone is for the caller to know.
    package let timeZone: String
    /// In order of the week; never empty.
    package let periods: [Period]

    /// - Throws: ``DeskError/invalid(field:)`` with `timeZone` or `days`.
    package init(timeZone: String, periods: [Period]) throws(DeskError) {
        guard (1...64).contains(timeZone.utf8.count) else { throw .invalid(field: "timeZone") }
        guard (1...Self.mostPeriods).contains(periods.count) else { throw .invalid(field: "days") }
        self.timeZone = timeZone
        self.periods = periods.sorted()
    }

    /// - Parameter offset: Asked for a few moments of the coming week: where clocks are changed, each opening has its own.
    package func state(at now: Timestamp, offset: Offset) -> State {
        let local = now.milliseconds + offset(now)
        let today = Timestamp.floorDivide(local, by: Timestamp.millisecondsPerDay)
        let minuteOfDay = Int((local - today * Timestamp.millisecondsPerDay) / Self.minute)
        if periods(on: today).contains(where: { $0.from <= minuteOfDay && minuteOfDay < $0.to }) {
            return State(isOpen: true)
        }
        for day in today...(today + 7) {
            let later = periods(on: day).first { day > today || $0.from > minuteOfDay }
            guard let later else { continue }
            let wall = day * Timestamp.millisecondsPerDay + Int64(later.from) * Self.minute
            let guess = Timestamp(milliseconds: wall - offset(now))
            return State(isOpen: false, nextOpening: Timestamp(milliseconds: wall - offset(guess)))
        }
        return State(isOpen: false)
    }

    /// - Parameter day: Counted from 1970-01-01, a Thursday.
    private func periods(on day: Int64) -> [Period] {
        let weekday = Int((day + 3) - Timestamp.floorDivide(day + 3, by: 7) * 7) + 1
        return periods.filter { $0.day == weekday }
    }
}
