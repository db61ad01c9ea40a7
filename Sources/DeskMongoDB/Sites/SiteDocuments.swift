#if MongoDB
import Desk

/// Sites as documents, and back. All stand in the `sites` of one, by the time they were made.
enum SiteDocuments {
    static func decode(_ document: BSONDocument?) throws -> [Site] {
        try document?["sites"]?.array?.compactMap(\.document).map(site) ?? []
    }

    static func encode(_ sites: [Site]) -> BSONDocument {
        let sorted = sites.sorted { ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue) }
        return ["sites": .array(sorted.map { .document(encode($0)) })]
    }

    private static func encode(_ site: Site) -> BSONDocument {
        let (profile, appearance) = (site.profile, site.profile.appearance)
        return [
            "id": .string(site.id.rawValue), "name": .string(profile.name),
            "origins": .array(profile.origins.map { .string($0.rawValue) }), "color": .string(appearance.color),
            "position": .string(appearance.position.rawValue), "greeting": .string(appearance.greeting),
            "title": .string(appearance.title), "hours": profile.hours.map { .document(encode($0)) },
            "secret": site.sealedSecret.map { .string($0) }, "createdAt": site.createdAt.bson,
        ]
    }

    private static func encode(_ hours: OpeningHours) -> BSONDocument {
        let periods = hours.periods.map {
            ["day": .int($0.day), "from": .int($0.from), "to": .int($0.to)] as BSONValue
        }
        return ["timeZone": .string(hours.timeZone), "periods": .array(periods)]
    }

    private static func site(_ document: BSONDocument) throws -> Site {
        Site(
            id: Site.ID(rawValue: try document.text("id")),
            profile: try SiteProfile(
                name: document.text("name"),
                origins: (document["origins"]?.array ?? []).compactMap { $0.string.flatMap(WebOrigin.init) },
                appearance: SiteAppearance(
                    color: document.text("color"),
                    position: document.spelled("position"),
                    greeting: document.text("greeting"),
                    title: document.text("title")
                ),
                hours: document["hours"]?.document.map(hours)
            ),
            sealedSecret: document["secret"]?.string,
            createdAt: try document.moment("createdAt")
        )
    }

    private static func hours(_ document: BSONDocument) throws -> OpeningHours {
        let periods = try (document["periods"]?.array ?? []).compactMap(\.document)
            .compactMap { period in
                try OpeningHours.Period(
                    day: period.number("day"),
                    from: period.number("from"),
                    to: period.number("to")
                )
            }
        return try OpeningHours(timeZone: document.text("timeZone"), periods: periods)
    }
}
#endif
