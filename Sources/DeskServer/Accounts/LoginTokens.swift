import Crypto
import Desk
import JWTKit
import Synchronization

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

/// Signs and verifies the JWTs of login cookies: HS256 and nothing else. Thread-safe.
final class LoginTokens: Sendable {
    /// One set of keys, ready for use.
    private struct Signer {
        let keys: LoginKeys
        let collection: JWTKeyCollection
        let kid: String
        let kids: Set<String>

        init(_ keys: LoginKeys) async {
            self.keys = keys
            collection = JWTKeyCollection()
            kid = keys.current.kid
            kids = Set(([keys.current] + keys.retired).map(\.kid))
            for key in [keys.current] + keys.retired {
                let kid = JWKIdentifier(string: key.kid)
                await collection.add(hmac: HMACKey(key: key), digestAlgorithm: .sha256, kid: kid)
            }
        }
    }

    private let signer: Mutex<Signer>

    init(keys: LoginKeys) async {
        signer = Mutex(await Signer(keys))
    }

    /// Signs with these from now on.
    ///
    /// - Returns: Whether they are others than before.
    func use(_ keys: LoginKeys) async -> Bool {
        guard signer.withLock({ $0.keys != keys }) else { return false }
        let new = await Signer(keys)
        signer.withLock { $0 = new }
        return true
    }

    /// - Throws: ``DeskError/unavailable``; nothing in these claims can fail to be encoded.
    func token(_ claims: LoginClaims) async throws(DeskError) -> String {
        let signer = signer.withLock(\.self)
        do {
            return try await signer.collection.sign(claims, kid: JWKIdentifier(string: signer.kid))
        } catch {
            throw .unavailable
        }
    }

    /// - Throws: ``DeskError/unauthorized`` for anything that was not signed here, or has expired.
    func claims(of token: String, at now: Timestamp) async throws(DeskError) -> LoginClaims {
        let signer = signer.withLock(\.self)
        do {
            guard token.utf8.count <= 4096 else { throw DeskError.unauthorized }
            let claims = try await signer.collection.verify(token, as: LoginClaims.self)
            let parsed = try DefaultJWTParser().parse(Array(token.utf8), as: LoginClaims.self)
            guard parsed.header.alg == "HS256", let kid = parsed.header.kid, signer.kids.contains(kid) else {
                throw DeskError.unauthorized
            }
            guard now.milliseconds / 1000 < claims.exp else { throw DeskError.unauthorized }
            return claims
        } catch {
            throw .unauthorized
        }
    }
}
