import Desk
import HTTPTypes
import Hummingbird
import SocketIO

/// Sites, for admins.
struct SiteRoutes: Sendable {
    let desk: Desk
    let authenticator: Authenticator
    let secrets: SiteSecrets
    let settings: CurrentSettings
    let refused: RefusedOrigins

    func add(to router: Router<DeskRequestContext>) {
        router.get("admin/api/sites") { request, _ in try await list(request) }
        router.post("admin/api/sites") { request, context in try await create(request, context) }
        router.put("admin/api/sites/:id") { request, context in try await change(request, context) }
        router.delete("admin/api/sites/:id") { request, context in try await delete(request, context) }
        router.post("admin/api/sites/:id/secret") { request, context in try await renewSecret(request, context) }
        router.post("admin/api/sites/:id/origins") { request, context in try await allow(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        _ = try await admin(request)
        let sites = try await answering { () throws(DeskError) in try await desk.sites() }
        return .json(
            JSON.object { fields in
                fields.field("sites", sites.map(WireFormat.site))
                fields.field("refused", refused.list.map(WireFormat.refused))
            }
        )
    }

    private func create(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let (admin, payload) = try await adminAndPayload(request, context)
        let site = try await answering { () throws(DeskError) in
            try await desk.createSite(payload.siteProfile, by: admin)
        }
        return await answer(site, status: .created)
    }

    private func change(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let id = try Self.id(context)
        let (admin, payload) = try await adminAndPayload(request, context)
        let site = try await answering { () throws(DeskError) in
            try await desk.changeSite(id, to: payload.siteProfile, by: admin)
        }
        return await answer(site)
    }

    private func delete(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let admin = try await admin(request)
        let id = try Self.id(context)
        try await answering { () throws(DeskError) in try await desk.deleteSite(id, by: admin) }
        await settings.look(at: desk)
        return .json(.emptyObject)
    }

    private func renewSecret(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let admin = try await admin(request)
        let id = try Self.id(context)
        let secret = try await answering { () throws(DeskError) in
            let (secret, sealed) = try secrets.make(for: id)
            _ = try await desk.setSecret(sealed, of: id, by: admin)
            return secret
        }
        await settings.look(at: desk)
        return .json(JSON.object { $0.field("secret", secret) })
    }

    private func allow(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let id = try Self.id(context)
        let (admin, payload) = try await adminAndPayload(request, context)
        let (site, origin) = try await answering { () throws(DeskError) in
            guard let origin = WebOrigin(try payload.string("origin")) else { throw DeskError.invalid(field: "origin") }
            return (try await desk.allow(origin, on: id, by: admin), origin)
        }
        refused.forget(origin)
        return await answer(site)
    }

    /// This server obeys at once, the others within a second.
    private func answer(_ site: Site, status: HTTPResponse.Status = .ok) async -> Response {
        await settings.look(at: desk)
        return .json(JSON.object { $0.field("site", WireFormat.site(site)) }, status: status)
    }

    private static func id(_ context: DeskRequestContext) throws -> Site.ID {
        Site.ID(rawValue: try context.parameters.require("id"))
    }

    private func adminAndPayload(
        _ request: Request,
        _ context: DeskRequestContext
    ) async throws -> (Principal, EventPayload) {
        try await authenticator.principalAndPayload(
            of: request,
            allowedTo: .manageSites,
            logger: context.logger
        )
    }

    private func admin(_ request: Request) async throws(RequestFailure) -> Principal {
        try await authenticator.principal(of: request, allowedTo: .manageSites)
    }
}

extension EventPayload {
    /// - Throws: ``DeskError/invalid(field:)`` with the field's name; for times, `days`.
    fileprivate var siteProfile: SiteProfile {
        get throws(DeskError) {
            let initial = Site.initial.profile
            var origins: [WebOrigin] = []
            for item in try optionalArray("origins") ?? [] {
                guard let origin = item.string.flatMap({ WebOrigin($0) }) else { throw .invalid(field: "origins") }
                origins.append(origin)
            }
            return try SiteProfile(
                name: string("name"),
                origins: origins,
                appearance: optionalObject("appearance")?.siteAppearance ?? initial.appearance,
                hours: optionalObject("hours")?.openingHours
            )
        }
    }

    private var siteAppearance: SiteAppearance {
        get throws(DeskError) {
            guard let position = SiteAppearance.Position(rawValue: try optionalString("position") ?? "right") else {
                throw .invalid(field: "position")
            }
            return try SiteAppearance(
                color: string("color"),
                position: position,
                greeting: optionalString("greeting") ?? "",
                title: optionalString("title") ?? ""
            )
        }
    }

    private var openingHours: OpeningHours {
        get throws(DeskError) {
            let zone = try string("timeZone")
            guard ZoneClock(zone) != nil else { throw .invalid(field: "timeZone") }
            var periods: [OpeningHours.Period] = []
            for item in try optionalArray("days") ?? [] {
                guard let object = item.object else { throw .invalid(field: "days") }
                let fields = EventPayload(object)
                let (from, to) = (minutes(try fields.string("from")), minutes(try fields.string("to")))
                guard let from, let to, let period = OpeningHours.Period(day: try fields.int("day"), from: from, to: to)
                else { throw .invalid(field: "days") }
                periods.append(period)
            }
            return try OpeningHours(timeZone: zone, periods: periods)
        }
    }

    /// `09:30`; `24:00` is the day's end.
    private func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = UInt8(parts[0]),
            let minute = UInt8(parts[1]), minute < 60, hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        return Int(hour) * 60 + Int(minute)
    }
}
