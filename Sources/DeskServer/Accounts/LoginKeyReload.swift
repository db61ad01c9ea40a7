import Logging

/// Takes over the keys of a rotation, which a command makes beside the server.
struct LoginKeyReload: Sendable {
    let tokens: LoginTokens
    let read: @Sendable () async throws -> LoginKeys
    let logger: Logger

    /// What cannot be read now stays as it is until the next look.
    func look() async {
        do {
            guard await tokens.use(try await read()) else { return }
            logger.info("Logins are signed by other keys now")
        } catch {
            logger.warning("The keys of logins cannot be read", metadata: ["error": "\(error)"])
        }
    }
}
