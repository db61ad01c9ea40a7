/// A web site whose pages carry the widget: where it may stand, how it looks, and when somebody answers.
package struct Site: Sendable, Equatable, Identifiable {
    /// Public: it stands in the page. The default site's is `default`.
    package struct ID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }

        package static let `default` = ID(rawValue: "default")
    }

    package static let longestList = 100

    package var id: ID
    package var profile: SiteProfile
    /// What the site proves its visitors' identities with, sealed by the server. Nil: it cannot.
    package var sealedSecret: String?
    package var createdAt: Timestamp

    package init(id: ID, profile: SiteProfile, sealedSecret: String? = nil, createdAt: Timestamp) {
        self.id = id
        self.profile = profile
        self.sealedSecret = sealedSecret
        self.createdAt = createdAt
    }

    /// The one that is meant where none is named, as long as nobody has changed it.
    package static let initial = Site(id: .default, profile: .initial, createdAt: Timestamp(milliseconds: 0))
}

/// What an admin says about a site.
package struct SiteProfile: Sendable, Equatable {
    package static let mostOrigins = 50
    private static let nameRule = TextRule(field: "name", maxCharacters: 100)

    package let name: String
    /// Whose pages may show the widget and connect, beside the server's own; sorted.
    package let origins: [WebOrigin]
    package let appearance: SiteAppearance
    /// Nil: nothing is promised.
    package let hours: OpeningHours?

    /// - Throws: ``DeskError/invalid(field:)`` with `name` or `origins`.
    package init(
        name: String,
        origins: [WebOrigin],
        appearance: SiteAppearance,
        hours: OpeningHours?
    ) throws(DeskError) {
        let origins = Set(origins)
        guard origins.count <= Self.mostOrigins else { throw .invalid(field: "origins") }
        self.init(
            checkedName: try Self.nameRule.required(name),
            origins: origins.sorted { $0.rawValue < $1.rawValue },
            appearance: appearance,
            hours: hours
        )
    }

    private init(checkedName: String, origins: [WebOrigin], appearance: SiteAppearance, hours: OpeningHours?) {
        self.name = checkedName
        self.origins = origins
        self.appearance = appearance
        self.hours = hours
    }

    static let initial = SiteProfile(checkedName: "Default", origins: [], appearance: .initial, hours: nil)

    func allowing(_ origin: WebOrigin) throws(DeskError) -> SiteProfile {
        try SiteProfile(name: name, origins: origins + [origin], appearance: appearance, hours: hours)
    }
}
