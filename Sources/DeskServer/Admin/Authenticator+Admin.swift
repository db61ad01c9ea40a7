import Desk
import Hummingbird

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
}
