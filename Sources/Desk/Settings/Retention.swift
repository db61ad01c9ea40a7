/// How long a ticket is kept after its close.
package struct Retention: Sendable, Equatable {
    package static let standard = Retention(checkedDays: 365)
    private static let longest = 36_500

    /// 0 keeps tickets for ever.
    package let days: Int

    /// - Throws: ``DeskError/invalid(field:)`` with `days` for anything but 0 to 36,500.
    package init(days: Int) throws(DeskError) {
        guard (0...Self.longest).contains(days) else { throw .invalid(field: "days") }
        self.init(checkedDays: days)
    }

    private init(checkedDays days: Int) {
        self.days = days
    }

    /// Nil keeps tickets for ever.
    package var age: Duration? { days == 0 ? nil : .seconds(days * 86_400) }
}
