import Desk
import GRDB

/// Sites as rows, and back.
enum SiteRows {
    /// In the order that ``decode(_:)`` expects.
    static let columns = """
        id, name, origins, color, position, greeting, title, timeZone, periods, secret, createdAt
        """

    static func decode(_ row: Row) throws -> Site {
        Site(
            id: Site.ID(rawValue: row[0]),
            profile: try SiteProfile(
                name: row[1],
                origins: (row[2] as String).split(separator: " ").compactMap { WebOrigin(String($0)) },
                appearance: SiteAppearance(
                    color: row[3],
                    position: row.spelled(4),
                    greeting: row[5],
                    title: row[6]
                ),
                hours: hours(timeZone: row[7], periods: row[8])
            ),
            sealedSecret: row[9],
            createdAt: row.timestamp(10)
        )
    }

    static func site(_ id: Site.ID, in db: Database) throws -> Site? {
        try db.first("SELECT \(columns) FROM sites WHERE id = ?", [id.rawValue]) { try decode($0) }
    }

    static func put(_ site: Site, in db: Database) throws {
        let (profile, hours) = (site.profile, site.profile.hours)
        try db.run(
            "INSERT OR REPLACE INTO sites (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                site.id.rawValue, profile.name, profile.origins.map(\.rawValue).joined(separator: " "),
                profile.appearance.color, profile.appearance.position.rawValue, profile.appearance.greeting,
                profile.appearance.title, hours?.timeZone,
                hours?.periods.map { "\($0.day) \($0.from) \($0.to)" }.joined(separator: ","),
                site.sealedSecret, site.createdAt.milliseconds,
            ]
        )
    }

    private static func hours(timeZone: String?, periods: String?) throws -> OpeningHours? {
        guard let timeZone, let periods else { return nil }
        let parsed = periods.split(separator: ",")
            .compactMap { period in
                let numbers = period.split(separator: " ").compactMap { Int($0) }
                return numbers.count == 3 ? OpeningHours.Period(day: numbers[0], from: numbers[1], to: numbers[2]) : nil
            }
        return try OpeningHours(timeZone: timeZone, periods: parsed)
    }
}
