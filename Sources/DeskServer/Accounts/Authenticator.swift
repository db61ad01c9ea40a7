import Desk

/// Finds out who stands behind a claim or a cookie.
struct Authenticator: Sendable {
    let desk: Desk
    let loginTokens: LoginTokens
    let guestTokens: GuestTokens
    let now: @Sendable () -> Timestamp
    let makeID: @Sendable () -> String

    /// A guest token that is unknown or forged is not refused: it gets a new guest.
    ///
    /// - Throws: ``DeskError/unauthorized`` for a cookie that is invalid, expired or revoked; ``DeskError/forbidden`` as
    ///   long as a second factor has to be set up.
    func identify(_ claim: Claim) async throws(DeskError) -> Identity {
        switch claim {
        case .login(let cookie):
            let login = try await login(cookie: cookie)
            guard !login.account.mustSetUpSecondFactor else { throw .forbidden }
            return Identity(principal: login.account.principal, login: login, guestToken: nil)
        case .guest(let token):
            if let id = token.flatMap(guestTokens.guest(of:)) {
                let guest = try await desk.guest(id)
                return Identity(principal: .guest(id, name: guest?.name), login: nil, guestToken: nil)
            }
            let id = Guest.ID(rawValue: makeID())
            return Identity(principal: .guest(id, name: nil), login: nil, guestToken: guestTokens.token(for: id))
        }
    }

    /// The login that a cookie names, as the store has it now.
    ///
    /// - Throws: ``DeskError/unauthorized``.
    func login(cookie: String) async throws(DeskError) -> Login {
        let claims = try await loginTokens.claims(of: cookie, at: now())
        let login = try await desk.login(LoginSession.ID(rawValue: claims.sid))
        guard login.account.id.rawValue == claims.id else { throw .unauthorized }
        await desk.noteUse(of: login.session)
        return login
    }

    /// A token for the login as it stands.
    func token(for login: Login) async throws(DeskError) -> String {
        try await loginTokens.token(LoginClaims(login, issuedAt: now()))
    }
}
