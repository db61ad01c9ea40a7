import Desk
import SocketIO

/// Finds out who stands behind a claim or a cookie.
struct Authenticator: Sendable {
    let desk: Desk
    let loginTokens: LoginTokens
    let guestTokens: GuestTokens
    let siteSecrets: SiteSecrets
    let settings: CurrentSettings
    let now: @Sendable () -> Timestamp
    let makeID: @Sendable () -> String

    /// A guest token that is unknown or forged is not refused: it gets a new guest.
    ///
    /// - Parameter auth: The CONNECT payload, of which guests say from whose pages they come.
    /// - Throws: ``DeskError/unauthorized`` for a cookie that is invalid, expired or revoked; ``DeskError/forbidden`` as
    ///   long as a second factor has to be set up, and for an identity that its site has not signed;
    ///   ``DeskError/notFound`` for a site that does not exist.
    func identify(_ claim: Claim, auth: JSON) async throws(DeskError) -> Identity {
        switch claim {
        case .login(let cookie):
            let login = try await login(cookie: cookie)
            guard !login.account.mustSetUpSecondFactor else { throw .forbidden }
            return Identity(principal: login.account.principal, login: login)
        case .guest(let token):
            let visit = try SiteVisit(auth)
            let site = try await site(visit.site)
            let known = token.flatMap { guestTokens.guest(of: $0, on: site.id) }
            if let identity = visit.identity { return try await adopt(identity, of: site, from: known) }
            return try await guest(known, on: site.id)
        }
    }

    private func guest(_ known: Guest.ID?, on site: Site.ID) async throws(DeskError) -> Identity {
        if let known {
            switch try await desk.standing(of: known) {
            case .known(let guest):
                return Identity(principal: .guest(known, name: guest.name), site: site, details: GuestDetails(guest))
            case .unknown: return Identity(principal: .guest(known, name: nil), site: site, isKnown: false)
            case .retired: break
            }
        }
        let id = Guest.ID(rawValue: makeID())
        return Identity(
            principal: .guest(id, name: nil),
            site: site,
            isKnown: false,
            guestToken: guestTokens.token(for: id, on: site)
        )
    }

    /// Somebody whom the site vouches for, who may have come as somebody whom nobody did.
    private func adopt(
        _ identity: VouchedIdentity,
        of site: Site,
        from known: Guest.ID?
    ) async throws(DeskError) -> Identity {
        guard let secret = site.sealedSecret.flatMap({ siteSecrets.secret(of: $0, for: site.id) }),
            identity.isProved(by: secret, at: now())
        else { throw .forbidden }
        let id = guestTokens.guest(vouchedForAs: identity.id, by: site.id)
        let guest = try await desk.adopt(id, identity.details, from: known == id ? nil : known)
        let details = guest.map { GuestDetails($0) } ?? identity.details
        return Identity(
            principal: .guest(id, name: details.name),
            site: site.id,
            guestToken: known == id ? nil : guestTokens.token(for: id, on: site.id),
            details: details
        )
    }

    /// One that was made a moment ago may not have been read yet.
    private func site(_ id: Site.ID) async throws(DeskError) -> Site {
        if let site = settings.site(id) { return site }
        return try await desk.site(id)
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
