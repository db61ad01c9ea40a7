import Crypto
import Desk
import JWTKit

/// What the cookie `token` says. Role and name are for the pages of others; this server asks its store.
struct LoginClaims: JWTPayload, Equatable {
    var id: String
    var sub: String
    var role: String
    var name: String
    /// The login session.
    var sid: String
    /// Seconds since 1970, like ``exp``.
    var iat: Int64
    var exp: Int64
    var iss: String
    var aud: String

    static let issuer = "martlet"

    init(_ login: Login, issuedAt now: Timestamp) {
        id = login.account.id.rawValue
        sub = login.account.id.rawValue
        role = login.account.role.rawValue
        name = login.account.name
        sid = login.session.id.rawValue
        iat = now.milliseconds / 1000
        exp = login.session.expiresAt.milliseconds / 1000
        iss = Self.issuer
        aud = Self.issuer
    }

    /// Everything but the time, which the desk's clock decides.
    func verify(using algorithm: some JWTAlgorithm) throws {
        guard algorithm.name == "HS256", id == sub, iss == Self.issuer, aud == Self.issuer else {
            throw JWTError.claimVerificationFailure(failedClaim: nil, reason: "not one of ours")
        }
    }
}

/// Signs and verifies the JWTs of login cookies: HS256 and nothing else.
struct LoginTokens: Sendable {
    private let keys = JWTKeyCollection()
    private let kid: String

    init(key: SymmetricKey) async {
        kid = key.kid
        await keys.add(hmac: HMACKey(key: key), digestAlgorithm: .sha256, kid: JWKIdentifier(string: kid))
    }

    /// - Throws: ``DeskError/unavailable``; nothing in these claims can fail to be encoded.
    func token(_ claims: LoginClaims) async throws(DeskError) -> String {
        do {
            return try await keys.sign(claims, kid: JWKIdentifier(string: kid))
        } catch {
            throw .unavailable
        }
    }

    /// - Throws: ``DeskError/unauthorized`` for anything that was not signed here, or has expired.
    func claims(of token: String, at now: Timestamp) async throws(DeskError) -> LoginClaims {
        do {
            guard token.utf8.count <= 4096 else { throw DeskError.unauthorized }
            let claims = try await keys.verify(token, as: LoginClaims.self)
            let parsed = try DefaultJWTParser().parse(Array(token.utf8), as: LoginClaims.self)
            guard parsed.header.alg == "HS256", parsed.header.kid == kid else { throw DeskError.unauthorized }
            guard now.milliseconds / 1000 < claims.exp else { throw DeskError.unauthorized }
            return claims
        } catch {
            throw .unauthorized
        }
    }
}
