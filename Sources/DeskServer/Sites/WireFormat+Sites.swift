import Desk
import SocketIO

/// Sites as admins see them.
extension WireFormat {
    static func site(_ site: Site) -> JSON {
        JSON.object { fields in
            fields.field("siteId", site.id.rawValue)
            fields.field("name", site.profile.name)
            fields.field("origins", site.profile.origins.map(\.rawValue))
            fields.field("appearance", appearance(site.profile.appearance))
            fields.field("hours", site.profile.hours.map(hours) ?? .null)
            fields.field("hasSecret", site.sealedSecret != nil)
            fields.field("createdAt", site.createdAt.iso8601)
        }
    }

    static func appearance(_ appearance: SiteAppearance) -> JSON {
        JSON.object { fields in
            fields.field("color", appearance.color)
            fields.field("position", appearance.position.rawValue)
            fields.field("greeting", appearance.greeting)
            fields.field("title", appearance.title)
        }
    }

    static func refused(_ entry: RefusedOrigins.Entry) -> JSON {
        JSON.object { fields in
            fields.field("origin", entry.origin.rawValue)
            fields.field("siteId", entry.site.rawValue)
            fields.field("at", entry.at.iso8601)
            fields.field("count", entry.count)
        }
    }

    private static func hours(_ hours: OpeningHours) -> JSON {
        JSON.object { fields in
            fields.field("timeZone", hours.timeZone)
            fields.field(
                "days",
                hours.periods.map { period in
                    JSON.object { fields in
                        fields.field("day", period.day)
                        fields.field("from", time(period.from))
                        fields.field("to", time(period.to))
                    }
                }
            )
        }
    }

    private static func time(_ minutes: Int) -> String {
        let (hour, minute) = (minutes / 60, minutes % 60)
        return (hour < 10 ? "0\(hour)" : "\(hour)") + ":" + (minute < 10 ? "0\(minute)" : "\(minute)")
    }
}
