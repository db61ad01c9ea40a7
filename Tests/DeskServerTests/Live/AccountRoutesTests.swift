import Desk
import NIOHTTP1
import Testing

@testable import DeskServer

/// What admins do with accounts over HTTP, and the links they hand out.
@Suite(.timeLimit(.minutes(1))) struct AccountRoutesTests {
    @Test func `only admins get at anything of the administration`() async throws {
        try await TestServer.run {
            $0.limits = nil
        } _: { server in
            let agent = try await server.hire("ada").cookie
            let admin = try await server.hire("root", role: .admin).cookie
            let routes = server.routes.filter { $0.path.hasPrefix("/admin/api/") && $0.method != "HEAD" }
            #expect(routes.count >= 14)
            for route in routes {
                let (method, path) = (HTTPMethod(rawValue: route.method), TestServer.path(of: route))
                for (headers, expected) in [([:], 401), (["cookie": "token=x"], 401), (["cookie": agent], 403)] {
                    let answer = try await server.client.send(method, path, headers, body: "{}")
                    #expect(answer.status == expected, "\(method) \(path)")
                }
                let answer = try await server.client.send(method, path, ["cookie": admin], body: "{}")
                #expect(![401, 403, 500].contains(answer.status), "\(method) \(path): \(answer.status)")
            }
        }
    }

    @Test func `a page of another site gets nothing done, whatever the method`() async throws {
        try await TestServer.run {
            $0.limits = nil
        } _: { server in
            let admin = try await server.hire("root", role: .admin).cookie
            let unsafe = server.routes.filter { !["GET", "HEAD"].contains($0.method) }
            #expect(Set(unsafe.map(\.method)) == ["POST", "PUT", "PATCH", "DELETE"])
            for route in unsafe {
                for headers in [
                    ["origin": "https://evil.example"], ["origin": "null"], ["sec-fetch-site": "cross-site"],
                ] {
                    let answer = try await server.client.send(
                        HTTPMethod(rawValue: route.method),
                        TestServer.path(of: route),
                        headers.merging(["cookie": admin]) { $1 },
                        body: "{}"
                    )
                    #expect(answer.status == 403, "\(route)")
                    #expect(answer.body.contains(#""code":"forbidden""#))
                }
            }
        }
    }

    @Test func `an invitation leads to a password and a login, once`() async throws {
        try await TestServer.run { server in
            let admin = try await server.hire("root", role: .admin).cookie
            let invited = try await server.client.post(
                "/admin/api/agents",
                ["cookie": admin],
                json: #"{"username":"Grace","name":"Grace H","role":"agent"}"#
            )
            #expect(invited.status == 201)
            #expect(invited.body.contains(#""username":"grace","name":"Grace H","role":"agent","disabled":false,"#))
            #expect(invited.body.contains(#""hasSecondFactor":false,"hasPassword":false,"createdAt":""#))
            let (origin, token) = try link(in: invited.body, kind: "invite")
            #expect(origin == "http://127.0.0.1:\(server.client.port)")
            let list = try await server.client.get("/admin/api/agents", ["cookie": admin])
            #expect(list.body.contains(#""link":{"kind":"invite","expiresAt":""#) && !list.body.contains(token))

            #expect(try await login("grace", "", server) == 401)
            let check = try await server.client.post("/password-link/check", json: #"{"token":"\#(token)"}"#)
            #expect((check.status, check.body) == (200, #"{"username":"grace","name":"Grace H","kind":"invite"}"#))
            let short = try await use(token, "short", server)
            #expect((short.status, short.body.contains(#""field":"password""#)) == (400, true))
            let used = try await use(token, "correct horse", server)
            #expect((used.status, used.body) == (200, #"{"username":"grace"}"#))
            #expect(used["set-cookie"] == nil)
            #expect(try await login("grace", "correct horse", server) == 200)
            #expect(try await use(token, "another horse", server).status == 404)
            #expect(try await login("grace", "another horse", server) == 401)
        }
    }

    @Test func `unknown, used, replaced, expired and killed links are the same answer`() async throws {
        let clock = TestClock()
        try await TestServer.run(now: clock.now) { server in
            let admin = try await server.hire("root", role: .admin).cookie
            func token(_ name: String) async throws -> String {
                let account = try #require(try await server.desk.account(username: name))
                let answer = try await server.client.post(
                    "/admin/api/agents/\(account.id)/link",
                    ["cookie": admin],
                    json: "{}"
                )
                return try link(in: answer.body, kind: "reset").token
            }
            for name in ["ann", "ben", "eve"] { _ = try await server.hire(name) }
            var dead = ["", "unknown"]
            dead.append(try await token("ann"))
            dead.append(try await token("ann"))
            #expect(try await use(dead[3], "a new password", server).status == 200)
            dead.append(try await token("ben"))
            let ben = try #require(try await server.desk.account(username: "ben"))
            for disabled in [true, false] {
                let body = #"{"disabled":\#(disabled)}"#
                let path = "/admin/api/agents/\(ben.id)"
                #expect(try await server.client.send(.PATCH, path, ["cookie": admin], body: body).status == 200)
            }
            dead.append(try await token("eve"))
            clock.advance(by: .seconds(72 * 3600))
            var answers: Set<String> = []
            for token in dead {
                for path in ["/password-link", "/password-link/check"] {
                    let body = #"{"token":"\#(token)","password":"a new password"}"#
                    let answer = try await server.client.post(path, json: body)
                    answers.insert("\(answer.status) \(answer.body)")
                }
            }
            #expect(answers == [#"404 {"error":{"code":"not_found","message":"There is nothing here."}}"#])
        }
    }

    @Test func `tries with links are throttled as logins are, before any hash`() async throws {
        try await TestServer.run { server in
            for number in 0..<20 { #expect(try await use("guess-\(number)", "correct horse", server).status == 404) }
            // Each further one costs twice the time: on a busy machine the first of them may be over before the next try.
            var refused: [TestClient.Answer] = []
            for number in 20..<40 where refused.count < 2 {
                let answer =
                    refused.isEmpty
                    ? try await use("guess-\(number)", "correct horse", server)
                    : try await server.client.post("/password-link/check", json: #"{"token":"x"}"#)
                if answer.status == 429 { refused.append(answer) }
            }
            #expect(refused.count == 2)
            #expect(refused.allSatisfy { $0["retry-after"] != nil })
        }
    }

    @Test func `an account without a password is refused as a wrong password is`() async throws {
        try await TestServer.run { server in
            let admin = try await server.hire("root", role: .admin).cookie
            let body = #"{"username":"new","name":"N","role":"admin"}"#
            #expect(try await server.client.post("/admin/api/agents", ["cookie": admin], json: body).status == 201)
            var answers: Set<String> = []
            for (name, password) in [("new", ""), ("new", "x"), ("root", "wrong"), ("nobody", "x")] {
                let json = #"{"username":"\#(name)","password":"\#(password)"}"#
                let answer = try await server.client.post("/agent/login", json: json)
                answers.insert("\(answer.status) \(answer.body)")
            }
            #expect(answers.count == 1 && answers.first?.hasPrefix("401 ") == true)
        }
    }

    @Test func `a change is done as a whole, and the last admin stays`() async throws {
        try await TestServer.run { server in
            let (root, admin) = try await server.hire("root", role: .admin)
            let (ada, agent) = try await server.hire("ada")
            func patch(_ id: Account.ID, _ body: String) async throws -> TestClient.Answer {
                try await server.client.send(.PATCH, "/admin/api/agents/\(id)", ["cookie": admin], body: body)
            }
            for (body, field) in [
                (#"{"role":"guest"}"#, "role"), (#"{"role":"boss"}"#, "role"), (#"{"disabled":"yes"}"#, "disabled"),
                (#"{"name":""}"#, "name"), (#"{"name":7}"#, "name"),
                (#"{"requiresSecondFactor":1}"#, "requiresSecondFactor"),
            ] {
                let answer = try await patch(ada.id, body)
                #expect((answer.status, answer.body.contains(#""field":"\#(field)""#)) == (400, true), "\(body)")
            }
            for body in ["[]", "", "{"] { #expect(try await patch(ada.id, body).status == 400) }
            for body in [#"{"disabled":true}"#, #"{"role":"agent","name":"R"}"#] {
                let answer = try await patch(root.id, body)
                #expect((answer.status, answer.body.contains("conflict")) == (409, true))
            }
            #expect(try await server.desk.account(root.id) == root)
            #expect(try await patch(Account.ID(rawValue: "none"), "{}").status == 404)

            let socket = try await SocketClient(server.client, connect: "40", headers: ["cookie": agent])
            let changed = try await patch(ada.id, #"{"name":"Ada L","role":"admin","requiresSecondFactor":true}"#)
            #expect(
                changed.body.contains(#""name":"Ada L","role":"admin","disabled":false,"requiresSecondFactor":true"#)
            )
            #expect(try await socket.next(#"42["revoked""#) == #"42["revoked",{"reason":"role_changed"}]"#)
            #expect(try await server.client.get("/agent/me", ["cookie": agent]).status == 401)
        }
    }

    @Test func `links lead to the public address, or to the one the admin's browser knows`() async throws {
        let body = #"{"username":"new","name":"N","role":"agent"}"#
        try await TestServer.run {
            $0.publicOrigin = WebOrigin("https://help.example.com")
        } _: { server in
            let admin = try await server.hire("root", role: .admin).cookie
            let answer = try await server.client.post("/admin/api/agents", ["cookie": admin], json: body)
            #expect(try link(in: answer.body, kind: "invite").origin == "https://help.example.com")
        }
        // A proxy that speaks https in front, and passes the host on.
        try await TestServer.run { server in
            let admin = try await server.hire("root", role: .admin).cookie
            let own = "https://127.0.0.1:\(server.client.port)"
            let answer = try await server.client.post(
                "/admin/api/agents",
                ["cookie": admin, "origin": own],
                json: body
            )
            #expect(try link(in: answer.body, kind: "invite").origin == own)
        }
    }

    @Test func `a second factor is taken away by an admin`() async throws {
        try await TestServer.run { server in
            let admin = try await server.hire("root", role: .admin).cookie
            let (ada, _) = try await server.hire("ada")
            _ = try await server.desk.setUp(
                SecondFactor(sealedSecret: "s", lastStep: 0, recoveryCodes: []),
                for: ada
            )
            let path = "/admin/api/agents/\(ada.id)/second-factor"
            let answer = try await server.client.send(.DELETE, path, ["cookie": admin])
            #expect((answer.status, answer.body.contains(#""hasSecondFactor":false"#)) == (200, true))
            #expect(try await server.desk.account(ada.id)?.secondFactor == nil)
        }
    }

    private func use(_ token: String, _ password: String, _ server: TestServer) async throws -> TestClient.Answer {
        try await server.client.post("/password-link", json: #"{"token":"\#(token)","password":"\#(password)"}"#)
    }

    private func login(_ name: String, _ password: String, _ server: TestServer) async throws -> Int {
        let json = #"{"username":"\#(name)","password":"\#(password)"}"#
        return try await server.client.post("/agent/login", json: json).status
    }

    private func link(in body: String, kind: String) throws -> (origin: String, token: String) {
        let match = try #require(body.firstMatch(of: /"link":{"kind":"([a-z]+)","url":"([^"]+)\/([a-z]+)#([^"]+)"/))
        #expect(String(match.1) == kind && String(match.3) == kind)
        return (String(match.2).replacing("\\/", with: "/"), String(match.4))
    }
}
