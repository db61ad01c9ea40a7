import Desk
import Hummingbird
import SocketIO

/// What admins set for everybody.
struct AdminSettingsRoutes: Sendable {
    /// Room for all the words there can be, spelled as wastefully as JSON allows.
    private static let maxBytes = 1 << 20

    let desk: Desk
    let authenticator: Authenticator
    let settings: CurrentSettings

    func add(to router: Router<DeskRequestContext>) {
        router.get("admin/api/word-filter") { request, _ in
            _ = try await admin(request)
            return try await wordFilter()
        }
        router.put("admin/api/word-filter") { request, context in try await setWordFilter(request, context) }
        router.get("admin/api/retention") { request, _ in
            _ = try await admin(request)
            return try await retention()
        }
        router.put("admin/api/retention") { request, context in try await setRetention(request, context) }
    }

    private func wordFilter() async throws -> Response {
        let filter = try await answering { () throws(DeskError) in try await desk.storedWordFilter() }
        return .json(WireFormat.wordFilter(filter))
    }

    private func setWordFilter(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let (admin, payload) = try await adminAndPayload(request, context, upTo: Self.maxBytes)
        let filter = try await answering { () throws(DeskError) in
            let filter = try payload.wordFilter
            try await desk.setWordFilter(filter, by: admin)
            return filter
        }
        await settings.look(at: desk)
        return .json(WireFormat.wordFilter(filter))
    }

    private func setRetention(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let (admin, payload) = try await adminAndPayload(request, context)
        try await answering { () throws(DeskError) in
            let retention = try Retention(days: payload.int("days"))
            guard settings.fixedRetention == nil else { throw .conflict }
            try await desk.setRetention(retention, by: admin)
        }
        await settings.look(at: desk)
        return try await retention()
    }

    private func retention() async throws -> Response {
        if let fixed = settings.fixedRetention { return .json(WireFormat.retention(fixed, isFixed: true)) }
        let stored = try await answering { () throws(DeskError) in try await desk.storedRetention() }
        return .json(WireFormat.retention(stored, isFixed: false))
    }

    private func adminAndPayload(
        _ request: Request,
        _ context: DeskRequestContext,
        upTo maxBytes: Int = EventPayload.maxBytes
    ) async throws -> (Principal, EventPayload) {
        try await authenticator.principalAndPayload(
            of: request,
            allowedTo: .changeSettings,
            upTo: maxBytes,
            logger: context.logger
        )
    }

    private func admin(_ request: Request) async throws(RequestFailure) -> Principal {
        try await authenticator.principal(of: request, allowedTo: .changeSettings)
    }
}

extension EventPayload {
    fileprivate var wordFilter: WordFilter {
        get throws(DeskError) {
            guard let mode = WordFilter.Mode(rawValue: try string("mode")) else { throw .invalid(field: "mode") }
            guard let items = try optionalArray("words") else { throw .invalid(field: "words") }
            var words: [String] = []
            for item in items {
                guard let word = item.string else { throw .invalid(field: "words") }
                words.append(word)
            }
            return try WordFilter(mode: mode, words: words)
        }
    }
}
