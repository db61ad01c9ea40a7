/// A moment in time with the precision of the wire: milliseconds since 1970-01-01T00:00:00Z.
///
/// The desk never looks at a clock; it is handed one.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.milliseconds < rhs.milliseconds
    }

    /// The moment `duration` later; fractions of a millisecond are dropped.
    package func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(milliseconds: milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}

// MARK: - ISO 8601

extension Timestamp {
    static let millisecondsPerDay: Int64 = 86_400_000

    /// UTC with milliseconds, as every time on the wire: `2026-11-22T09:30:00.123Z`. There are four digits for the year:
    /// one that needs others is the nearest that does not.
    package var iso8601: String {
        let day = Self.floorDivide(milliseconds, by: Self.millisecondsPerDay)
        let time = milliseconds - day * Self.millisecondsPerDay
        let date = Self.civilDate(daysSinceEpoch: day)
        // Every message has one of these: no strings are put together for it.
        return String(unsafeUninitializedCapacity: 24) { text in
            var index = 0
            func put(_ value: Int64, digits: Int, then separator: Unicode.Scalar) {
                var rest = value
                for place in (index..<(index + digits)).reversed() {
                    text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                text[index + digits] = UInt8(ascii: separator)
                index += digits + 1
            }
            put(min(max(date.year, 0), 9999), digits: 4, then: "-")
            put(date.month, digits: 2, then: "-")
            put(date.day, digits: 2, then: "T")
            put(time / 3_600_000, digits: 2, then: ":")
            put(time / 60_000 % 60, digits: 2, then: ":")
            put(time / 1000 % 60, digits: 2, then: ".")
            put(time % 1000, digits: 3, then: "Z")
            return index
        }
    }

    /// Reads exactly the form that ``iso8601`` writes; anything else, and a date that does not
    /// exist, is nil.
    package init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        let pattern = Array("0000-00-00T00:00:00.000Z".utf8)
        guard bytes.count == pattern.count else { return nil }
        for (byte, expected) in zip(bytes, pattern) {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard expected == UInt8(ascii: "0") ? isDigit : byte == expected else { return nil }
        }
        func number(_ range: Range<Int>) -> Int64 {
            bytes[range].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard hour < 24, minute < 60, second < 60 else { return nil }
        let (year, month, dayOfMonth) = (number(0..<4), number(5..<7), number(8..<10))
        let day = Self.daysSinceEpoch(year: year, month: month, day: dayOfMonth)
        guard Self.civilDate(daysSinceEpoch: day) == (year, month, dayOfMonth) else { return nil }
        self.milliseconds =
            day * Self.millisecondsPerDay + hour * 3_600_000 + minute * 60_000 + second * 1000 + number(20..<23)
    }

    /// Days are counted in eras of 400 years that begin on 1 March, so that a leap day is the last
    /// day of its year and every era has 146,097 days.
    private static func civilDate(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = daysSinceEpoch + 719_468
        let era = floorDivide(days, by: 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let era = floorDivide(yearFromMarch, by: 400)
        let yearOfEra = yearFromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Rounds down, also what lies before 1970.
    static func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }
}
