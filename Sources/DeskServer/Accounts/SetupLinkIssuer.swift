import Desk
import Logging

/// Issues the setup link of a start.
struct SetupLinkIssuer: Sendable {
    let desk: Desk
    let logger: Logger

    /// The link's token; nil once there is an account.
    func issue() async -> String? {
        let token = LinkToken.random()
        do {
            return try await desk.issueSetupLink(token.hash) == nil ? nil : token.rawValue
        } catch {
            logger.error("There is no setup link", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
