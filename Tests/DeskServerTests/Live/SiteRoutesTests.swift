import Desk
import NIOHTTP1
import Testing

@testable import DeskServer

/// Sites over HTTP, and what they change for pages elsewhere.
@Suite(.timeLimit(.minutes(1))) struct SiteRoutesTests {
    private static let json = ["content-type": "application/json"]
    private static let shop = """
        {"name":"Shop","origins":["https://Shop.example/"],"appearance":{"color":"#AA0000","position":"left",\
        "greeting":"Hello","title":"Help"},"hours":{"timeZone":"Europe/Berlin","days":[{"day":1,"from":"09:00",\
        "to":"24:00"}]}}
        """

    @Test func `only admins see and change sites`() async throws {
        try await TestServer.run { server in
            let agent = try await server.hire("ada").cookie
            let routes: [(String, String)] = [
                ("GET", ""), ("POST", ""), ("PUT", "/default"), ("DELETE", "/default"), ("POST", "/default/secret"),
                ("POST", "/default/origins"),
            ]
            for (method, path) in routes {
                for (headers, status) in [([:], 401), (["cookie": agent], 403)] {
                    let answer = try await server.client.send(
                        .init(rawValue: method),
                        "/admin/api/sites" + path,
                        headers.merging(Self.json) { $1 },
                        body: method == "GET" ? "" : Self.shop
                    )
                    #expect(answer.status == status, "\(method) \(path)")
                }
            }
        }
    }

    @Test func `a site is made, seen by widgets, changed and deleted`() async throws {
        try await TestServer.run { server in
            let headers = try await ["cookie": server.hire("eve", role: .admin).cookie].merging(Self.json) { $1 }
            let made = try await server.client.send(.POST, "/admin/api/sites", headers, body: Self.shop)
            #expect(made.status == 201)
            let id = try String(#require(made.body.firstMatch(of: /"siteId":"([^"]+)"/)).1)
            #expect(made.body.contains(#""origins":["https://shop.example"]"#))
            #expect(made.body.contains(#""days":[{"day":1,"from":"09:00","to":"24:00"}]},"hasSecret":false"#))

            let config = try await server.client.get("/widget/config?site=\(id)")
            #expect(config.status == 200 && config["access-control-allow-origin"] == "*")
            #expect(config["cache-control"] == "no-store")
            #expect(
                config.body.contains(
                    ##""appearance":{"color":"#aa0000","ink":"#fff","position":"left","greeting":"Hello"##
                )
            )
            #expect(config.body.contains(#""online":false,"hours":{"isOpen":"#))
            #expect(config.body.contains(#""language":"en","texts":{"open":"Open chat","close":"Close chat","#))
            let german = try await server.client.get("/widget/config?language=de-AT")
            #expect(german.body.contains(#""language":"de","texts":{"open":"Chat öffnen""#))

            let secrets = try await [0, 1]
                .asyncMap { _ in
                    try await server.client.send(.POST, "/admin/api/sites/\(id)/secret", headers, body: "{}").body
                }
            #expect(secrets[0] != secrets[1] && secrets.allSatisfy { $0.utf8.count > 50 })
            let list = try await server.client.get("/admin/api/sites", headers)
            #expect(list.body.contains(#""hasSecret":true"#) && list.body.contains(#""siteId":"default""#))

            let renamed = Self.shop.replacing("Shop\"", with: "Other\"")
            let changed = try await server.client.send(.PUT, "/admin/api/sites/\(id)", headers, body: renamed)
            #expect(changed.body.contains(#""name":"Other""#) && changed.body.contains(#""hasSecret":true"#))
            #expect(try await server.client.send(.DELETE, "/admin/api/sites/\(id)", headers).status == 200)
            #expect(try await server.client.get("/widget/config?site=\(id)").status == 404)
            #expect(try await server.client.send(.DELETE, "/admin/api/sites/default", headers).status == 409)
        }
    }

    @Test(arguments: [
        ("{}", "name"), (#"{"name":" "}"#, "name"), (#"{"name":1}"#, "name"),
        (#"{"name":"a","origins":["https://a.example/path"]}"#, "origins"),
        (#"{"name":"a","origins":[1]}"#, "origins"), (#"{"name":"a","origins":{}}"#, "origins"),
        (#"{"name":"a","appearance":{}}"#, "color"), (##"{"name":"a","appearance":{"color":"#12345g"}}"##, "color"),
        (##"{"name":"a","appearance":{"color":"#123456","position":"top"}}"##, "position"),
        (#"{"name":"a","hours":{"timeZone":"Mars/Olympus","days":[]}}"#, "timeZone"),
        (#"{"name":"a","hours":{"timeZone":"Europe/Berlin","days":[]}}"#, "days"),
        (#"{"name":"a","hours":{"timeZone":"UTC","days":[{"day":1,"from":"9:00","to":"10:00"}]}}"#, "days"),
        (#"{"name":"a","hours":{"timeZone":"UTC","days":[{"day":1,"from":"09:00","to":"24:01"}]}}"#, "days"),
    ])
    func `what makes no sense is refused by its name`(body: String, field: String) async throws {
        try await TestServer.run { server in
            let headers = try await ["cookie": server.hire("eve", role: .admin).cookie].merging(Self.json) { $1 }
            let answer = try await server.client.send(.PUT, "/admin/api/sites/default", headers, body: body)
            #expect(answer.status == 400)
            #expect(answer.body.contains(#""field":"\#(field)""#), "\(answer.body)")
            #expect(try await server.client.get("/admin/api/sites", headers).body.contains(#""name":"Default""#))
        }
    }

    @Test func `an origin that is refused can be allowed, and then connects and frames`() async throws {
        try await TestServer.run { server in
            let headers = try await ["cookie": server.hire("eve", role: .admin).cookie].merging(Self.json) { $1 }
            let page = ["origin": "https://shop.example"]
            let polling = "/socket.io/?EIO=4&transport=polling"
            #expect(try await server.client.get("/widget/config", page).body.contains(#""allowed":false"#))
            #expect(try await server.client.get(polling, page).status == 403)
            let list = try await server.client.get("/admin/api/sites", headers)
            #expect(list.body.contains(#""refused":[{"origin":"https://shop.example","siteId":"default","at":"#))

            for origin in ["null", "https://shop.example/path"] {
                let answer = try await server.client.send(
                    .POST,
                    "/admin/api/sites/default/origins",
                    headers,
                    body: #"{"origin":"\#(origin)"}"#
                )
                #expect(answer.status == 400)
            }
            let allowed = try await server.client.send(
                .POST,
                "/admin/api/sites/default/origins",
                headers,
                body: #"{"origin":"https://shop.example"}"#
            )
            #expect(allowed.status == 200 && allowed.body.contains(#""origins":["https://shop.example"]"#))
            #expect(try await server.client.get("/admin/api/sites", headers).body.contains(#""refused":[]"#))
            #expect(try await server.client.get("/widget/config", page).body.contains(#""allowed":true"#))
            let opened = try await server.client.get(polling, page)
            #expect(opened.status == 200 && opened["access-control-allow-origin"] == "https://shop.example")
            let policy = try await server.client.get("/")["content-security-policy"]
            #expect(policy?.hasSuffix("frame-ancestors https://shop.example") == true)
            let own = ["origin": "http://127.0.0.1:\(server.client.port)"]
            #expect(try await server.client.get("/widget/config", own).body.contains(#""allowed":true"#))
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
