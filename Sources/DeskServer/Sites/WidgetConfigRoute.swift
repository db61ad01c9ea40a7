import Desk
import EngineIO
import HTTPTypes
import Hummingbird
import SocketIO

/// What a widget must know before anybody writes. Public, and nothing in it is secret.
struct WidgetConfigRoute: Sendable {
    let settings: CurrentSettings
    let languages: WidgetLanguages
    let presence: PresenceDesk
    let origins: OriginPolicy
    let refused: RefusedOrigins
    let now: @Sendable () -> Timestamp

    func add(to router: Router<DeskRequestContext>) {
        router.get("widget/config") { request, _ in try answer(request) }
    }

    private func answer(_ request: Request) throws -> Response {
        let id = request.uri.queryParameters.get("site").map(Site.ID.init(rawValue:)) ?? .default
        guard let site = settings.site(id) else { throw RequestFailure.notFound }
        let isAllowed = isAllowed(request, on: site)
        let language = languages.language(for: request.uri.queryParameters.get("language") ?? "")
        var response = Response.json(
            JSON.object { fields in
                fields.field("allowed", isAllowed)
                fields.field("appearance", look(of: site.profile.appearance))
                fields.field("online", presence.isAnyAgentHere)
                fields.field("hours", hours(of: site))
                fields.field("language", language)
                fields.field("texts", launcherTexts(in: language))
            }
        )
        response.headers[.accessControlAllowOrigin] = "*"
        return response
    }

    /// A page of the site, of the server itself, or one that the operator has allowed for all sites.
    private func isAllowed(_ request: Request, on site: Site) -> Bool {
        let header = request.headers[.origin]
        switch origins.judge(origin: header, host: request.head.authority) {
        case .absent, .own: return true
        case .allowed, .denied: break
        }
        guard let origin = header.flatMap({ WebOrigin($0) }) else { return false }
        if settings.isAllowedEverywhere(origin) || site.profile.origins.contains(origin) { return true }
        refused.note(origin, on: site.id, at: now())
        return false
    }

    /// What the launcher has to say before anything else has come.
    private func launcherTexts(in language: String) -> JSON {
        JSON.object { fields in
            for name in ["open", "close", "unread"] { fields.field(name, languages.texts[language]?[name]) }
        }
    }

    private func look(of appearance: SiteAppearance) -> JSON {
        JSON.object { fields in
            fields.field("color", appearance.color)
            fields.field("ink", appearance.ink)
            fields.field("position", appearance.position.rawValue)
            // The widget has words of its own for those that are empty.
            fields.field("greeting", appearance.greeting.isEmpty ? nil : appearance.greeting)
            fields.field("title", appearance.title.isEmpty ? nil : appearance.title)
        }
    }

    private func hours(of site: Site) -> JSON? {
        guard let hours = site.profile.hours, let state = hours.state(at: now()) else { return nil }
        return JSON.object { fields in
            fields.field("isOpen", state.isOpen)
            fields.field("nextOpenAt", state.nextOpening?.iso8601)
            fields.field("timeZone", hours.timeZone)
        }
    }
}
