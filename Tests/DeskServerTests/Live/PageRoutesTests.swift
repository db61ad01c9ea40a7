import Desk
import NIOHTTP1
import Testing

@testable import DeskServer

@Suite struct PageRoutesTests {
    /// What stands in every policy, before those who may frame the page.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors "

    @Test func `every answer of every route carries the security headers`() async throws {
        try await TestServer.run {
            $0.allowedOrigins = Set(
                [WebOrigin("https://shop.example"), WebOrigin("https://a.example")].compactMap(\.self)
            )
        } _: { server in
            let (_, cookie) = try await server.hire("ada", role: .admin)
            let paths = server.routes.map(TestServer.path)
            #expect(paths.contains("/agent/settings") && paths.contains("/"))
            for path in Set(paths).union(["/no", "/no/such/page", "/assets/none.js"]) {
                for headers in [[:], ["cookie": cookie], ["accept": "text/html"], ["origin": "https://evil.example"]] {
                    for method in [HTTPMethod.GET, .HEAD, .POST, .DELETE] {
                        // What ends the login of this test is asked without it.
                        if method != .GET, headers["cookie"] != nil { continue }
                        let answer = try await server.client.send(method, path, headers)
                        let framers = path == "/" ? "https://a.example https://shop.example" : "'none'"
                        #expect(answer["content-security-policy"] == Self.policy + framers, "\(method) \(path)")
                        #expect(answer["x-content-type-options"] == "nosniff")
                        #expect(answer["referrer-policy"] == "same-origin")
                        #expect(answer["strict-transport-security"] == nil)
                        #expect(answer["access-control-allow-credentials"] == nil)
                        guard answer["content-type"]?.hasPrefix("text/html") == true else { continue }
                        #expect(!answer.body.contains("<style") && !answer.body.contains(" style="), "\(path)")
                        #expect(!answer.body.contains(" onclick=") && !answer.body.contains("<script>"), "\(path)")
                    }
                }
            }
        }
    }

    @Test func `without allowed sites nobody frames the customer page`() async throws {
        try await TestServer.run { server in
            let answer = try await server.client.get("/")
            #expect(answer["content-security-policy"] == Self.policy + "'none'")
        }
    }

    @Test func `under https browsers are told to stay there, and the cookie is secure`() async throws {
        try await TestServer.run {
            $0.publicOrigin = WebOrigin("https://chat.example.com")
        } _: { server in
            #expect(try await server.client.get("/")["strict-transport-security"] == "max-age=31536000")
            let out = try await server.client.post("/agent/logout", json: "{}")
            #expect(out["set-cookie"]?.hasSuffix("; Secure") == true)
        }
    }

    @Test func `a file is sent once and then confirmed`() async throws {
        try await TestServer.run { server in
            let first = try await server.client.get("/assets/shared/socket.js")
            #expect(first["content-type"] == "text/javascript; charset=utf-8")
            #expect(first["cache-control"] == "no-cache")
            let tag = try #require(first["etag"])
            for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let again = try await server.client.get("/assets/shared/socket.js", ["if-none-match": known])
                #expect((again.status, again.body) == (304, ""))
                #expect(again["etag"] == tag)
            }
            let other = try await server.client.get("/assets/shared/socket.js", ["if-none-match": "\"x\""])
            #expect((other.status, other.body) == (200, first.body))
            let head = try await server.client.send(.HEAD, "/assets/shared/socket.js")
            #expect((head.status, head.body) == (200, ""))
            #expect(head["content-length"] == first["content-length"])
        }
    }

    @Test(arguments: [
        "/assets/", "/assets/nothing.js", "/assets/customer/index.html", "/assets/../Package.swift",
        "/assets/%2e%2e/Package.swift", "/assets/shared/links.test.js", "/customer/index.html",
    ])
    func `what is no file of the pages is not there`(path: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.client.get(path)
            #expect(answer.status == 404)
        }
    }

    @Test func `people get a page and programs an error`() async throws {
        try await TestServer.run { server in
            let page = try await server.client.get("/no", ["accept": "text/html,*/*"])
            #expect(page.status == 404)
            #expect(page["content-type"] == "text/html; charset=utf-8")
            let error = try await server.client.get("/no")
            #expect(error.body == #"{"error":{"code":"not_found","message":"There is nothing here."}}"#)
            #expect(error["content-type"] == "application/json")
        }
    }

    @Test(arguments: [
        (403, "This is not allowed", ["origin": "https://evil.example"], "username=ada"),
        (400, "This was not understood", [:], "username=ada"),
        (413, "This is too much at once", [:], String(repeating: "x", count: BodyFields.maxBytes + 1)),
    ])
    func `a form that is refused is answered with a page`(
        status: Int,
        title: String,
        headers: [String: String],
        body: String
    ) async throws {
        try await TestServer.run { server in
            let accept = ["accept": "text/html,*/*;q=0.8"].merging(headers) { $1 }
            let page = try await server.client.post("/agent/login", accept, form: body)
            #expect(page.status == status)
            #expect(page["content-type"] == "text/html; charset=utf-8")
            #expect(page["cache-control"] == "no-store")
            #expect(page["content-security-policy"] == Self.policy + "'none'")
            #expect(page.body.contains("<h1>\(title)</h1>"))
            let error = try await server.client.post("/agent/login", headers, form: body)
            #expect((error.status, error["content-type"]) == (status, "application/json"))
        }
    }

    @Test func `no page of an error says what happened inside`() {
        let errors: [DeskError] = [
            .invalid(field: "secret-field"), .unauthorized, .forbidden, .notFound, .conflict, .tooLarge, .unavailable,
            .rateLimited(retryAfter: .seconds(1)),
        ]
        for error in errors {
            let html = FailurePage(RequestFailure(error)).html
            #expect(html.contains("<h1>") && !html.contains("secret-field") && !html.contains(" style="))
        }
    }

    @Test func `pages of other sites change nothing`() async throws {
        try await TestServer.run { server in
            let own = "http://127.0.0.1:\(server.client.port)"
            for headers in [
                ["origin": "https://evil.example"], ["origin": "null"], ["origin": own + "1"],
                ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site", "origin": own],
            ] {
                let answer = try await server.client.post("/agent/logout", headers, json: "{}")
                #expect(answer.status == 403)
                #expect(answer["set-cookie"] == nil)
            }
            for headers in [[:], ["origin": own], ["origin": own, "sec-fetch-site": "same-origin"]] {
                #expect(try await server.client.post("/agent/logout", headers, json: "{}").status == 200)
            }
            #expect(try await server.client.get("/", ["sec-fetch-site": "cross-site"]).status == 200)
        }
    }

    @Test func `a body has a bound`() async throws {
        try await TestServer.run { server in
            let body = String(repeating: "x", count: BodyFields.maxBytes + 1)
            let answer = try await server.client.post("/agent/login", json: body)
            #expect(answer.status == 413)
            #expect(answer.body.hasPrefix(#"{"error":{"code":"too_large""#))
        }
    }
}
