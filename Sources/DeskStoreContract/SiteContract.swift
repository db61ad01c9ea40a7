import Desk
import Testing

extension StoreContract {
    private static func profile(_ name: String, origins: [String] = []) throws -> SiteProfile {
        try SiteProfile(
            name: name,
            origins: origins.compactMap { WebOrigin($0) },
            appearance: SiteAppearance(color: "#A0B1C2", position: .left, greeting: "Two\nlines", title: "Help"),
            hours: OpeningHours(
                timeZone: "Europe/Berlin",
                periods: [
                    OpeningHours.Period(day: 7, from: 0, to: 1440), OpeningHours.Period(day: 1, from: 540, to: 1020),
                ]
                .compactMap(\.self)
            )
        )
    }

    static let siteRules = [
        StoreRule("there is the default site before anybody has changed it, and it cannot be deleted") { bench in
            let admin = try await bench.agent(role: .admin)
            #expect(try await bench.desk.sites() == [.initial])
            let changed = try await bench.desk.changeSite(.default, to: profile("Shop"), by: admin)
            #expect(changed.profile.name == "Shop" && changed.createdAt == bench.now)
            #expect(try await bench.desk.sites() == [changed])
            await #expect(throws: DeskError.conflict) { try await bench.desk.deleteSite(.default, by: admin) }
        },
        StoreRule("a site comes back as it was stored, until it is deleted") { bench in
            let admin = try await bench.agent(role: .admin)
            let origins = ["https://b.example", "http://a.example:8080"]
            var site = try await bench.desk.createSite(profile("One", origins: origins), by: admin)
            bench.advance(by: .seconds(1))
            let second = try await bench.desk.createSite(profile("Two"), by: admin)
            #expect(try await bench.desk.sites() == [.initial, site, second])
            #expect(site.profile.origins.map(\.rawValue) == ["http://a.example:8080", "https://b.example"])
            #expect(site.profile.appearance.color == "#a0b1c2" && site.profile.hours?.periods.map(\.day) == [1, 7])
            site = try await bench.desk.setSecret("sealed", of: site.id, by: admin)
            let origin = try #require(WebOrigin("https://c.example"))
            site = try await bench.desk.allow(origin, on: site.id, by: admin)
            _ = try await bench.desk.allow(origin, on: site.id, by: admin)
            #expect(try await bench.desk.site(site.id) == site)
            #expect(site.sealedSecret == "sealed" && site.profile.origins.count == 3)
            try await bench.desk.deleteSite(site.id, by: admin)
            for id in [site.id, Site.ID(rawValue: "none")] {
                await #expect(throws: DeskError.notFound) { try await bench.desk.site(id) }
                await #expect(throws: DeskError.notFound) { try await bench.desk.deleteSite(id, by: admin) }
                await #expect(throws: DeskError.notFound) {
                    try await bench.desk.changeSite(id, to: profile("x"), by: admin)
                }
            }
        },
        StoreRule("only admins change sites") { bench in
            let origin = try #require(WebOrigin("https://c.example"))
            for person in [bench.guest(), try await bench.agent()] {
                await #expect(throws: DeskError.forbidden) {
                    try await bench.desk.createSite(profile("x"), by: person)
                }
                await #expect(throws: DeskError.forbidden) {
                    try await bench.desk.changeSite(.default, to: profile("x"), by: person)
                }
                await #expect(throws: DeskError.forbidden) {
                    try await bench.desk.allow(origin, on: .default, by: person)
                }
                await #expect(throws: DeskError.forbidden) {
                    try await bench.desk.setSecret("s", of: .default, by: person)
                }
                await #expect(throws: DeskError.forbidden) { try await bench.desk.deleteSite(.default, by: person) }
            }
        },
    ]
}
