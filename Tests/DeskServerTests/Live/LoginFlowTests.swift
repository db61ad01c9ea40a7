import Crypto
import Desk
import NIOHTTP1
import Synchronization
import Testing

@testable import DeskServer

/// Logging in, step by step: who has to wait, who needs a code, and what ends a login.
@Suite(.timeLimit(.minutes(2))) struct LoginFlowTests {
    private static let right = "correct horse"

    // MARK: - Work and waiting

    @Test func `unknown, disabled and wrong cost the same work, and whoever has to wait costs none`() async throws {
        try await TestServer.run { server in
            let work = Mutex<[PasswordCost]>([])
            let cost = PasswordCost(logN: 4, r: 1, p: 1)
            let hasher = PasswordHasher(cost: cost, width: 1) { password, cost, salt, count in
                work.withLock { $0.append(cost) }
                return try PasswordHash.scrypt(password, cost, salt, count)
            }
            let key = SymmetricKey(size: .bits256)
            let login = PasswordLogin(
                desk: server.desk,
                passwords: hasher,
                secondFactors: SecondFactors(sealingKey: key, hashingKey: key),
                devices: DeviceTokens(key: key, isSecure: false),
                gate: LoginGate(),
                failures: LoginFailureLog(now: SystemClock.now),
                now: SystemClock.now
            )
            _ = try await server.hire("ada")
            let (ben, _) = try await server.hire("ben")
            _ = try await server.desk.setDisabled(true, ben.id, by: .commandLine)
            func attempt(_ name: String, _ password: String) async -> (code: String, work: [PasswordCost]) {
                work.withLock { $0 = [] }
                let credentials = PasswordLogin.Credentials(username: name, password: password)
                var code = "ok"
                do {
                    _ = try await login(credentials, from: .init(address: ClientAddress(.unspecified)))
                } catch {
                    code = (error as? RequestFailure)?.error.code ?? "\(error)"
                }
                return (code, work.withLock(\.self))
            }
            for (name, password) in [("ada", "wrong"), ("nobody", "wrong"), ("ben", Self.right), ("no name!", "x")] {
                let (code, work) = await attempt(name, password)
                #expect(code == "unauthorized" && work == [cost], "\(name)")
            }
            for _ in 0..<5 { _ = await attempt("nobody", "wrong") }
            for password in ["wrong", Self.right] {
                let (code, work) = await attempt("nobody", password)
                #expect(code == "rate_limited" && work.isEmpty)
            }
            let (code, _) = await attempt("ada", Self.right)
            #expect(code == "ok")
        }
    }

    @Test func `six failures make everybody wait but a browser that has been in before`() async throws {
        try await TestServer.run { server in
            _ = try await server.hire("ada")
            let first = try await logIn(server, "ada")
            let device = first.headers["set-cookie"].compactMap { $0.hasPrefix("device=") ? $0 : nil }.first
            let cookie = String(try #require(device).prefix { $0 != ";" })
            for _ in 0..<6 { #expect(try await logIn(server, "ada", "wrong").status == 401) }
            // On a slow machine the first waits may be over before the next try; they double.
            var stopped = try await logIn(server, "ada", "wrong")
            for _ in 0..<4 where stopped.status == 401 { stopped = try await logIn(server, "ada", "wrong") }
            #expect(stopped.status == 429)
            let wrong = { try await server.client.post("/agent/login", form: "username=ada&password=wrong") }
            var form = try await wrong()
            for _ in 0..<4 where form["location"] == "/agent/login?error=unauthorized" { form = try await wrong() }
            #expect(form["location"] == "/agent/login?error=rate_limited")
            #expect(try #require(stopped["retry-after"].flatMap(Int.init)) >= 1)
            #expect(stopped.body.hasPrefix(#"{"error":{"code":"rate_limited""#))
            #expect(try await logIn(server, "ada", headers: ["cookie": cookie]).status == 200)
            #expect(try await logIn(server, "ben", headers: ["cookie": cookie]).status == 401)
        }
    }

    // MARK: - The second factor

    @Test func `a second factor is asked for once it is set up, and a code works once`() async throws {
        try await TestServer.run { server in
            let (account, cookie) = try await server.hire("ada")
            let state = try await server.client.get("/agent/api/second-factor", ["cookie": cookie])
            #expect(state.body == #"{"enabled":false,"required":false,"recoveryCodesLeft":0}"#)
            let refused = try await post(server, "", cookie, #"{"current":"wrong"}"#)
            #expect(refused.status == 400 && refused.body.contains(#""field":"current""#))
            let codes = try await setUp(server, cookie)
            #expect(codes.count == 10)
            #expect(try await post(server, "", cookie, #"{"current":"correct horse"}"#).status == 409)

            let asked = try await logIn(server, "ada")
            #expect(
                asked.status == 401 && asked.body.contains(#""code":"totp_required""#) && asked["set-cookie"] == nil
            )
            // A wrong password says nothing of the second factor.
            #expect(try await logIn(server, "ada", "wrong").body.contains(#""code":"unauthorized""#))
            let wrong = try await logIn(server, "ada", code: "000000000000")
            #expect(wrong.status == 401 && wrong.body.contains(#""field":"code""#))
            #expect(try await logIn(server, "ada", code: codes[0].uppercased()).status == 200)
            #expect(try await logIn(server, "ada", code: codes[0]).status == 401)
            #expect(try await logIn(server, "ada", code: codes[1]).status == 200)
            let left = try await server.client.get("/agent/api/second-factor", ["cookie": cookie])
            #expect(left.body == #"{"enabled":true,"required":false,"recoveryCodesLeft":8}"#)

            let renewed = try await post(server, "/recovery-codes", cookie, #"{"current":"correct horse"}"#)
            #expect(renewed.status == 200)
            #expect(try await logIn(server, "ada", code: codes[2]).status == 401)
            let removed = try await post(server, "/remove", cookie, #"{"current":"correct horse"}"#)
            #expect(removed.body == #"{"enabled":false,"required":false,"recoveryCodesLeft":0}"#)
            #expect(try await logIn(server, "ada").status == 200)
            #expect(try await server.desk.account(account.id)?.secondFactor == nil)
        }
    }

    @Test func `whoever must have a second factor can do nothing before`() async throws {
        try await TestServer.run { server in
            let (account, cookie) = try await server.hire("ada")
            _ = try await server.desk.requireSecondFactor(true, of: account.id, by: .commandLine)
            let away = try await server.client.get("/agent/dashboard", ["cookie": cookie])
            #expect((away.status, away["location"]) == (303, "/agent/settings"))
            #expect(try await server.client.get("/agent/settings", ["cookie": cookie]).status == 200)
            #expect(try await server.client.get("/agent/api/sessions", ["cookie": cookie]).status == 403)
            let body = #"{"current":"correct horse","password":"a wholly new one"}"#
            #expect(try await server.client.post("/agent/api/password", ["cookie": cookie], json: body).status == 403)
            let socket = try await SocketClient(server.client, connect: "40", headers: ["cookie": cookie])
            #expect(socket.answer == #"44{"message":"forbidden"}"#)
            _ = try await setUp(server, cookie)
            #expect(try await server.client.get("/agent/dashboard", ["cookie": cookie]).status == 200)
            #expect(try await post(server, "/remove", cookie, #"{"current":"correct horse"}"#).status == 403)
            let after = try await SocketClient(server.client, connect: "40", headers: ["cookie": cookie])
            #expect(after.answer.hasPrefix("40"))
        }
    }

    // MARK: - Sessions

    @Test func `agents see and end their own sessions, and admins everybody's`() async throws {
        try await TestServer.run { server in
            let (ada, cookie) = try await server.hire("ada")
            let (_, adminCookie) = try await server.hire("root", role: .admin)
            let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
            let second = token(of: try await logIn(server, "ada", headers: ["user-agent": agent]))
            let socket = try await SocketClient(server.client, connect: "40", headers: ["cookie": second])
            _ = try await socket.next(#"42["session""#)
            let list = try await server.client.get("/agent/api/sessions", ["cookie": cookie])
            let sessions = list.body.matches(of: /\{"sessionId":"([^"]+)"[^}]*\}/)
            #expect(sessions.count == 2 && list.body.contains(#""browser":"Firefox on Linux""#))
            let other = try #require(sessions.first { !$0.0.contains(#""current":true"#) })
            for (path, who, status) in [
                ("/admin/api/sessions/\(other.1)", cookie, 403), ("/agent/api/sessions/\(other.1)", adminCookie, 404),
                ("/agent/api/sessions/\(other.1)", "", 401), ("/agent/api/sessions/none", cookie, 404),
                ("/agent/api/sessions/\(other.1)", cookie, 200), ("/agent/api/sessions/\(other.1)", cookie, 404),
            ] {
                #expect(try await server.client.send(.DELETE, path, ["cookie": who]).status == status, "\(path)")
            }
            #expect(try await socket.next(#"42["revoked""#) == #"42["revoked",{"reason":"logout"}]"#)
            await socket.isClosed()

            #expect(try await server.client.get("/admin/api/sessions", ["cookie": cookie]).status == 403)
            #expect(try await server.client.get("/admin/api/sessions").status == 401)
            let mine = try await server.client.get("/admin/api/sessions?agentId=\(ada.id)", ["cookie": cookie])
            #expect(mine.status == 403)
            let all = try await server.client.get("/admin/api/sessions", ["cookie": adminCookie])
            #expect(all.body.contains(#""username":"ada""#) && all.body.contains(#""username":"root""#))
            let hers = try await server.client.get("/admin/api/sessions?agentId=\(ada.id)", ["cookie": adminCookie])
            let id = try #require(hers.body.firstMatch(of: /"sessionId":"([^"]+)"/)).1
            #expect(!hers.body.contains(#""username":"root""#))
            let ended = try await server.client.send(.DELETE, "/admin/api/sessions/\(id)", ["cookie": adminCookie])
            #expect(ended.status == 200)
            #expect(try await server.client.get("/agent/me", ["cookie": cookie]).status == 401)

            let (one, two) = (token(of: try await logIn(server, "ada")), token(of: try await logIn(server, "ada")))
            #expect(try await server.client.send(.DELETE, "/agent/api/sessions", ["cookie": one]).status == 200)
            #expect(try await server.client.get("/agent/me", ["cookie": one]).status == 200)
            #expect(try await server.client.get("/agent/me", ["cookie": two]).status == 401)
        }
    }

    @Test func `a new own password asks the old, ends the other sessions and keeps this one`() async throws {
        try await TestServer.run { server in
            let (_, cookie) = try await server.hire("ada")
            let other = token(of: try await logIn(server, "ada"))
            let socket = try await SocketClient(server.client, connect: "40", headers: ["cookie": other])
            _ = try await socket.next(#"42["session""#)
            func change(_ current: String, _ new: String) async throws -> TestClient.Answer {
                let body = #"{"current":"\#(current)","password":"\#(new)"}"#
                return try await server.client.post("/agent/api/password", ["cookie": cookie], json: body)
            }
            #expect(try await change(Self.right, "password123").body.contains(#""field":"password""#))
            #expect(try await change("wrong", "a wholly new one").body.contains(#""field":"current""#))
            #expect(try await change(Self.right, "a wholly new one").status == 200)
            #expect(try await socket.next(#"42["revoked""#) == #"42["revoked",{"reason":"password_changed"}]"#)
            #expect(try await server.client.get("/agent/me", ["cookie": cookie]).status == 200)
            #expect(try await server.client.get("/agent/me", ["cookie": other]).status == 401)
            #expect(try await logIn(server, "ada").status == 401)
            #expect(try await logIn(server, "ada", "a wholly new one").status == 200)
            // Whoever has taken a session over cannot guess on and on.
            var answers: [Int] = []
            // On a slow machine one of six is forgotten before the last comes.
            while answers.last != 429, answers.count < 30 {
                answers.append(try await change("wrong", "another new one").status)
            }
            #expect(answers.count > 6 && answers.dropLast().allSatisfy { $0 == 400 }, "\(answers)")
            #expect(try await change("a wholly new one", "another new one").status == 429)
        }
    }

    @Test func `another role ends the sockets`() async throws {
        try await TestServer.run { server in
            let (account, cookie) = try await server.hire("ada")
            let socket = try await SocketClient(server.client, connect: "40", headers: ["cookie": cookie])
            _ = try await socket.next(#"42["session""#)
            _ = try await server.desk.setRole(.admin, of: account.id, by: .commandLine)
            #expect(try await socket.next(#"42["revoked""#) == #"42["revoked",{"reason":"role_changed"}]"#)
            await socket.isClosed()
            #expect(try await server.client.get("/agent/me", ["cookie": cookie]).status == 401)
        }
    }

    // MARK: - Time and keys

    @Test func `a login is renewed by 12 hours, for 30 days at most, and its end ends the sockets`() async throws {
        let clock = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
        let hour = Duration.seconds(3600)
        let now: @Sendable () -> Timestamp = { clock.withLock(\.self) }
        let move: @Sendable (Duration) -> Void = { time in clock.withLock { $0 = $0.advanced(by: time) } }
        try await TestServer.run(now: now) { server in
            let begun = now()
            var (_, cookie) = try await server.hire("ada")
            var last = begun
            // Fewer than one address may post at once, however fast that is.
            for _ in 0..<80 {
                move(hour * 10)
                let answer = try await server.client.post("/agent/renew", ["cookie": cookie], json: "")
                guard answer.status == 200 else { break }
                let end = try #require(answer.body.firstMatch(of: /"expiresAt":"([^"]+)"/)).1
                last = try #require(Timestamp(iso8601: String(end)))
                #expect(last == min(now().advanced(by: hour * 12), begun.advanced(by: hour * 24 * 30)))
                let age = (last.milliseconds - now().milliseconds) / 1000
                #expect(answer["set-cookie"]?.contains("Max-Age=\(age);") == true)
                cookie = token(of: answer)
            }
            #expect(last == begun.advanced(by: hour * 24 * 30))
            #expect(now() == last)

            let fresh = token(of: try await logIn(server, "ada"))
            let socket = try await SocketClient(server.client, connect: "40", headers: ["cookie": fresh])
            _ = try await socket.next(#"42["session""#)
            move(hour * 12)
            #expect(try await socket.next(#"42["revoked""#) == #"42["revoked",{"reason":"expired"}]"#)
            await socket.isClosed()
        }
    }

    @Test func `a running server takes over other keys, and nobody is logged out`() async throws {
        let keys = Mutex(LoginKeys(current: Array(0..<32)))
        try await TestServer.run(keys: { keys.withLock(\.self) }) { server in
            let (_, cookie) = try await server.hire("ada")
            let rotated = LoginKeys(current: Array(100..<132), retired: [Array(0..<32)])
            keys.withLock { $0 = rotated }
            let kid = "\"kid\":\"\(rotated.current.kid)\""
            var renewed = cookie
            // The beat of the tests is 10 ms.
            for _ in 0..<500 where !header(of: renewed).contains(kid) {
                try await Task.sleep(for: .milliseconds(10))
                renewed = token(of: try await server.client.post("/agent/renew", ["cookie": cookie], json: ""))
            }
            #expect(header(of: renewed).contains(kid))
            keys.withLock { $0 = LoginKeys(current: Array(100..<132)) }
            for _ in 0..<500 where try await server.client.get("/agent/me", ["cookie": cookie]).status == 200 {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(try await server.client.get("/agent/me", ["cookie": cookie]).status == 401)
            #expect(try await server.client.get("/agent/me", ["cookie": renewed]).status == 200)
        }
    }

    // MARK: -

    private func logIn(
        _ server: TestServer,
        _ username: String,
        _ password: String = right,
        code: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> TestClient.Answer {
        let code = code.map { #","code":"\#($0)""# } ?? ""
        let body = #"{"username":"\#(username)","password":"\#(password)"\#(code)}"#
        return try await server.client.post("/agent/login", headers, json: body)
    }

    private func post(
        _ server: TestServer,
        _ path: String,
        _ cookie: String,
        _ body: String
    ) async throws -> TestClient.Answer {
        try await server.client.post("/agent/api/second-factor" + path, ["cookie": cookie], json: body)
    }

    /// Sets up a second factor as a page does.
    ///
    /// - Returns: The recovery codes.
    private func setUp(_ server: TestServer, _ cookie: String) async throws -> [String] {
        let begun = try await post(server, "", cookie, #"{"current":"correct horse"}"#)
        let setup = try #require(begun.body.firstMatch(of: /"setup":"([^"]+)"/)).1
        let key = try #require(begun.body.firstMatch(of: /"key":"([A-Z2-7]+)"/)).1
        let wrong = try await post(server, "/confirm", cookie, #"{"setup":"\#(setup)","code":"12345"}"#)
        #expect(wrong.status == 400 && wrong.body.contains(#""field":"code""#))
        let forged = try await post(server, "/confirm", cookie, #"{"setup":"AAAA","code":"123456"}"#)
        #expect(forged.status == 400 && forged.body.contains(#""field":"setup""#))
        let code = TOTP(secret: secret(String(key))).code(at: TOTP.step(at: SystemClock.now()))
        let body = #"{"setup":"\#(setup)","code":"\#(code)"}"#
        let done = try await post(server, "/confirm", cookie, body)
        #expect(done.status == 200)
        // That code was used by it.
        let again = try await server.client.post(
            "/agent/login",
            json: #"{"username":"ada","password":"correct horse","code":"\#(code)"}"#
        )
        #expect(again.status == 401)
        return done.body.matches(of: /"([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})"/).map { String($0.1) }
    }

    private func secret(_ key: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let bits = key.flatMap { character in
            let value = alphabet.firstIndex(of: character) ?? 0
            return (0..<5).map { value >> (4 - $0) & 1 }
        }
        return stride(from: 0, to: bits.count - 7, by: 8)
            .map { start in
                bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | UInt8($1) }
            }
    }

    /// The `Cookie` header with the login that an answer gave.
    private func token(of answer: TestClient.Answer) -> String {
        String(answer["set-cookie"]?.prefix { $0 != ";" } ?? "")
    }

    private func header(of cookie: String) -> String {
        let part = cookie.dropFirst("token=".count).prefix { $0 != "." }
        return String(decoding: Base64URL.decode(part) ?? [], as: UTF8.self)
    }
}
