import Desk
import Foundation
import Testing

@testable import DeskServer

@Suite struct AuditRoutesTests {
    @Test func `an admin reads who did what, an agent and a guest do not`() async throws {
        try await TestServer.run { server in
            let (ada, cookie) = try await server.hire("ada")
            let (_, admin) = try await server.hire("root", role: .admin)
            #expect(try await server.client.get("/admin/api/audit?limit=x", ["cookie": cookie]).status == 403)
            #expect(try await server.client.get("/admin/api/audit").status == 401)
            let page = try await server.client.get("/admin/api/audit?limit=3", ["cookie": admin])
            #expect(page.status == 200)
            let actor = #""actor":{"kind":"account","userId":"\#(ada.id)","name":"Ada"},"#
            let target = #""target":{"kind":"account","id":"\#(ada.id)","name":"ada"}"#
            #expect(page.body.contains(actor + #""action":"login.success","# + target))
            #expect(page.body.contains(#""actor":{"kind":"command_line"},"action":"account.created""#))
            let next = try #require(page.body.split(separator: #""next":""#).last?.prefix { $0 != "\"" })
            let rest = try await server.client.get("/admin/api/audit?cursor=\(next)", ["cookie": admin])
            #expect((rest.status, rest.body.contains("next")) == (200, false))
            for query in ["limit=0", "limit=x", "limit=201", "cursor=-", "action=login", "action=%00"] {
                let answer = try await server.client.get("/admin/api/audit?\(query)", ["cookie": admin])
                let field = query.prefix { $0 != "=" }
                #expect(answer.status == 400)
                #expect(answer.body.contains(#""field":"\#(field)""#))
            }
        }
    }

    @Test func `failed logins are told with the account's name, and never with what was typed`() async throws {
        try await TestServer.run { server in
            let (_, admin) = try await server.hire("root", role: .admin)
            for username in ["root", "my password 1", "nobody"] {
                let body = #"{"username":"\#(username)","password":"a wrong one"}"#
                #expect(try await server.client.post("/agent/login", json: body).status == 401)
            }
            let path = "/admin/api/audit?action=login.failure"
            var answer = try await server.client.get(path, ["cookie": admin])
            for _ in 0..<100 where answer.body.components(separatedBy: "login.failure").count < 4 {
                try await Task.sleep(for: .milliseconds(20))
                answer = try await server.client.get(path, ["cookie": admin])
            }
            #expect(answer.body.components(separatedBy: #""actor":{"kind":"nobody"}"#).count == 4)
            #expect(answer.body.components(separatedBy: #""name":"root""#).count == 2)
            for typed in ["my password", "nobody\",", "wrong"] { #expect(!answer.body.contains(typed)) }
        }
    }
}
