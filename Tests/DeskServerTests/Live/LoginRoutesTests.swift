import Desk
import Testing

@testable import DeskServer

@Suite struct LoginRoutesTests {
    @Test func `the setup link makes the first admin, once`() async throws {
        try await TestServer.run { server in
            func setUp(_ token: String, _ password: String) async throws -> TestClient.Answer {
                let body = #"{"token":"\#(token)","username":"Ada","name":"Ada L","password":"\#(password)"}"#
                return try await server.client.post("/setup", json: body)
            }
            #expect(try await setUp("wrong", "correct horse").status == 404)
            let short = try await setUp(server.setupToken, "short")
            #expect((short.status, short.body.contains(#""field":"password""#)) == (400, true))
            let done = try await setUp(server.setupToken, "correct horse")
            #expect(done.status == 201)
            #expect(done.body.contains(#""username":"ada","name":"Ada L","role":"admin""#))
            #expect(try await setUp(server.setupToken, "correct horse").status == 404)
        }
    }

    @Test func `a login is a cookie, and ends with the logout`() async throws {
        try await TestServer.run { server in
            let (account, cookie) = try await server.hire("ada")
            let me = try await server.client.get("/agent/me", ["cookie": cookie])
            #expect(
                me.body
                    == #"{"agent":{"agentId":"\#(account.id)","username":"ada","name":"Ada","role":"agent"}}"#
            )
            #expect(try await server.client.get("/agent/dashboard", ["cookie": cookie]).status == 200)
            let renewed = try await server.client.post("/agent/renew", ["cookie": cookie], json: "")
            #expect(renewed.status == 200)
            #expect(renewed["set-cookie"]?.hasPrefix("token=ey") == true)

            let out = try await server.client.post("/agent/logout", ["cookie": cookie], json: "{}")
            #expect((out.status, out.body) == (200, "{}"))
            #expect(out["set-cookie"]?.hasPrefix("token=; Path=/; Max-Age=0") == true)
            #expect(try await server.client.get("/agent/me", ["cookie": cookie]).status == 401)
            #expect(try await server.client.post("/agent/renew", ["cookie": cookie], json: "").status == 401)
            let away = try await server.client.get("/agent/dashboard", ["cookie": cookie])
            #expect((away.status, away["location"]) == (303, "/agent/login"))
        }
    }

    @Test func `who is logged in goes from the login straight to the dashboard`() async throws {
        try await TestServer.run { server in
            let (_, cookie) = try await server.hire("ada")
            #expect(try await server.client.get("/agent/login").status == 200)
            #expect(try await server.client.get("/agent/login", ["cookie": "token=x"]).status == 200)
            let on = try await server.client.get("/agent/login", ["cookie": cookie])
            #expect((on.status, on["location"]) == (303, "/agent/dashboard"))
            _ = try await server.client.post("/agent/logout", ["cookie": cookie], json: "{}")
            #expect(try await server.client.get("/agent/login", ["cookie": cookie]).status == 200)
        }
    }

    @Test func `unknown, disabled and wrong are the same answer`() async throws {
        try await TestServer.run { server in
            let (account, _) = try await server.hire("ada")
            _ = try await server.hire("ben")
            _ = try await server.desk.setDisabled(true, account.id, by: .commandLine)
            var answers: [String] = []
            for (name, password) in [("ada", "correct horse"), ("ben", "wrong"), ("nobody", "x"), ("no name!", "x")] {
                let body = #"{"username":"\#(name)","password":"\#(password)"}"#
                let answer = try await server.client.post("/agent/login", json: body)
                #expect(answer["set-cookie"] == nil)
                answers.append("\(answer.status) \(answer.body)")
            }
            #expect(Set(answers).count == 1)
            #expect(answers.first?.hasPrefix("401 ") == true)
        }
    }

    @Test func `a form is answered with the page that follows`() async throws {
        try await TestServer.run { server in
            _ = try await server.hire("ada")
            let wrong = try await server.client.post("/agent/login", form: "username=ada&password=wrong")
            #expect((wrong.status, wrong["location"]) == (303, "/agent/login?error=unauthorized"))
            let right = try await server.client.post("/agent/login", form: "username=ada&password=correct+horse")
            #expect((right.status, right["location"]) == (303, "/agent/dashboard"))
            #expect(right["set-cookie"] != nil)
            let out = try await server.client.post("/agent/logout", form: "")
            #expect((out.status, out["location"]) == (303, "/agent/login"))
        }
    }

    @Test(arguments: ["", "[]", "{", "null", "{}", #"{"username":1,"password":"x"}"#])
    func `a body that is no login is invalid`(body: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.client.post("/agent/login", json: body)
            #expect(answer.status == 400)
            #expect(answer.body.hasPrefix(#"{"error":{"code":"invalid""#))
        }
    }
}
