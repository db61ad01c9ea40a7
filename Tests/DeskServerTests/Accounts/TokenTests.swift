import Crypto
import Desk
import Testing

@testable import DeskServer

@Suite struct GuestTokenTests {
    private let tokens = GuestTokens(key: SymmetricKey(size: .bits256))
    private let guest = Guest.ID(rawValue: "AbCdEfGhIjKlMnOpQrStUv")

    @Test func `a token stands for its guest`() {
        let token = tokens.token(for: guest, on: .default)
        #expect(token.hasPrefix("v1."))
        #expect(tokens.guest(of: token, on: .default) == guest)
    }

    @Test func `a token with any character changed stands for nobody`() {
        let token = Array(tokens.token(for: guest, on: .default))
        for index in token.indices {
            var forged = token
            forged[index] = forged[index] == "A" ? "B" : "A"
            #expect(tokens.guest(of: String(forged), on: .default) == nil)
        }
    }

    @Test(arguments: ["", "v1", "v1...", "AbCdEfGhIjKlMnOpQrStUv", "v1.a.b.c.d"])
    func `something else stands for nobody`(token: String) {
        #expect(tokens.guest(of: token, on: .default) == nil)
    }

    @Test func `a token made under another key stands for nobody`() {
        let other = GuestTokens(key: SymmetricKey(size: .bits256))
        #expect(tokens.guest(of: other.token(for: guest, on: .default), on: .default) == nil)
    }

    @Test func `a guest whom nobody vouches for is the same one on every site`() {
        let token = tokens.token(for: guest, on: .default)
        #expect(tokens.guest(of: token, on: Site.ID(rawValue: "shop")) == guest)
    }

    @Test func `whom a site vouches for is always the same one there, and nobody elsewhere`() {
        let (shop, other) = (Site.ID(rawValue: "shop"), Site.ID(rawValue: "other"))
        let vouched = tokens.guest(vouchedForAs: "customer-42", by: shop)
        #expect(vouched.isVouchedFor && !vouched.rawValue.contains("customer"))
        #expect(tokens.guest(vouchedForAs: "customer-42", by: shop) == vouched)
        #expect(tokens.guest(vouchedForAs: "customer-43", by: shop) != vouched)
        #expect(tokens.guest(vouchedForAs: "customer-42", by: other) != vouched)
        let token = tokens.token(for: vouched, on: shop)
        #expect(tokens.guest(of: token, on: shop) == vouched)
        #expect(tokens.guest(of: token, on: other) == nil)
    }
}

@Suite struct LoginTokenTests {
    private let now = Timestamp(milliseconds: 1_800_000_000_000)
    private let keys = LoginKeys(current: Array(0..<32))
    private var key: SymmetricKey { keys.current }

    private var claims: LoginClaims { LoginClaims(Sample.login(at: now), issuedAt: now) }

    @Test func `a token tells who logged in`() async throws {
        let tokens = await LoginTokens(keys: keys)
        let read = try await tokens.claims(of: tokens.token(claims), at: now)
        #expect(read == claims)
        #expect(
            (read.id, read.sub, read.sid, read.role, read.name) == ("agent-1", "agent-1", "login-1", "agent", "Ada")
        )
        #expect((read.iss, read.aud, read.exp - read.iat) == ("martlet", "martlet", 12 * 3600))
    }

    @Test func `a token expires with its time`() async throws {
        let tokens = await LoginTokens(keys: keys)
        let token = try await tokens.token(claims)
        _ = try await tokens.claims(of: token, at: now.advanced(by: .seconds(12 * 3600 - 1)))
        await #expect(throws: DeskError.unauthorized) {
            try await tokens.claims(of: token, at: now.advanced(by: .seconds(12 * 3600)))
        }
    }

    @Test func `a token for another audience, of another issuer or for two people is refused`() async throws {
        let tokens = await LoginTokens(keys: keys)
        for change in [\LoginClaims.iss, \.aud, \.sub] {
            var claims = claims
            claims[keyPath: change] = "another"
            let token = try await tokens.token(claims)
            await #expect(throws: DeskError.unauthorized) { try await tokens.claims(of: token, at: now) }
        }
    }

    @Test func `a token that was not signed here with HS256 is refused`() async throws {
        let tokens = await LoginTokens(keys: keys)
        let token = try await tokens.token(claims)
        let parts = token.split(separator: ".").map(String.init)
        let none = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
        let stranger = try await LoginTokens(keys: LoginKeys(current: Array(32..<64))).token(claims)
        let unnamed = Sample.jwt(header: #"{"alg":"HS256","typ":"JWT"}"#, payload: parts[1], key: key)
        let misnamed = Sample.jwt(header: #"{"alg":"none","kid":"\#(key.kid)"}"#, payload: parts[1], key: key)
        for forged in [
            "", "..", "a.b.c", "nonsense", parts[0] + "." + parts[1] + ".", none + "." + parts[1] + ".",
            none + "." + parts[1] + "." + parts[2], stranger, unnamed, misnamed, token + "." + parts[2],
            String(repeating: "a", count: 100_000),
        ] {
            await #expect(throws: DeskError.unauthorized) { try await tokens.claims(of: forged, at: now) }
        }
    }

    @Test func `after a rotation both keys count, and only the new one signs`() async throws {
        let tokens = await LoginTokens(keys: keys)
        let old = try await tokens.token(claims)
        let rotated = LoginKeys(current: Array(32..<64), retired: [Array(0..<32)])
        #expect(await tokens.use(rotated))
        #expect(await !tokens.use(rotated))
        let new = try await tokens.token(claims)
        #expect(try await tokens.claims(of: old, at: now) == claims)
        #expect(try await tokens.claims(of: new, at: now) == claims)
        let onlyOld = await LoginTokens(keys: keys)
        await #expect(throws: DeskError.unauthorized) { try await onlyOld.claims(of: new, at: now) }
        #expect(await tokens.use(LoginKeys(current: Array(32..<64))))
        await #expect(throws: DeskError.unauthorized) { try await tokens.claims(of: old, at: now) }
        #expect(try await tokens.claims(of: new, at: now) == claims)
        // Under the name of the one key, signed by the other.
        let parts = old.split(separator: ".").map(String.init)
        let mixed = Sample.jwt(header: #"{"alg":"HS256","kid":"\#(rotated.current.kid)"}"#, payload: parts[1], key: key)
        _ = await tokens.use(rotated)
        await #expect(throws: DeskError.unauthorized) { try await tokens.claims(of: mixed, at: now) }
    }

    @Test func `the cookie is out of reach of scripts, and secure where the address is`() {
        let end = now.advanced(by: .seconds(60))
        #expect(
            LoginCookie(isSecure: true).set("t", until: end, now: now)
                == "token=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        )
        #expect(
            LoginCookie(isSecure: false).set("t", until: end, now: now)
                == "token=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        )
        #expect(LoginCookie(isSecure: false).cleared == "token=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
    }
}
