import Desk
import Hummingbird
import Logging

extension Authenticator {
    /// Who asks, if they may.
    ///
    /// - Throws: ``RequestFailure``: 401 for nobody, 403 for a role that may not, or as long as a second factor has to
    ///   be set up.
    func principal(of request: Request, allowedTo action: Action) async throws(RequestFailure) -> Principal {
        let principal = try await agent(of: request).account.principal
        try await answering { () throws(DeskError) in try authorize(principal, to: action) }
        return principal
    }

    /// As ``principal(of:allowedTo:)``, and what the request says.
    ///
    /// Who asks is looked at before anything is read, and once more afterwards: a body takes as long as its sender
    /// likes, and the login may have ended meanwhile.
    func principalAndPayload(
        of request: Request,
        allowedTo action: Action,
        upTo maxBytes: Int = EventPayload.maxBytes,
        logger: Logger
    ) async throws -> (Principal, EventPayload) {
        _ = try await principal(of: request, allowedTo: action)
        let payload = try await EventPayload(request, upTo: maxBytes, logger: logger)
        return (try await principal(of: request, allowedTo: action), payload)
    }
}
