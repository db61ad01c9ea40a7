import Desk
import NIOHTTP1
import Testing

@testable import DeskServer

/// Where a request comes from.
private enum Site: CaseIterable {
    case own, allowed, foreign, null, none

    func headers(_ server: TestServer) -> [String: String] {
        switch self {
        case .own: ["origin": "http://127.0.0.1:\(server.client.port)"]
        case .allowed: ["origin": "https://shop.example"]
        case .foreign: ["origin": "https://evil.example"]
        case .null: ["origin": "null"]
        case .none: [:]
        }
    }

    var isRefused: Bool { self == .foreign || self == .null }
}

/// What comes with it.
private enum Proof: CaseIterable {
    case cookie, guestToken, both, none

    func headers(_ cookie: String) -> [String: String] {
        self == .cookie || self == .both ? ["cookie": cookie] : [:]
    }

    var connect: String {
        self == .guestToken || self == .both ? #"40{"guestToken":""}"# : "40"
    }

    func role(from site: Site) -> String {
        self == .cookie && [.own, .none].contains(site) ? "agent" : "guest"
    }
}

/// Every rule of the origin, for every way in.
@Suite(.timeLimit(.minutes(2))) struct ForeignOriginTests {
    private func run(_ body: (TestServer, String) async throws -> Void) async throws {
        try await TestServer.run {
            $0.allowedOrigins = Set([WebOrigin("https://shop.example")].compactMap(\.self))
        } _: { server in
            try await body(server, server.hire("ada").cookie)
        }
    }

    @Test func `by polling, a foreign page is refused and an allowed one is a guest`() async throws {
        try await run { server, cookie in
            for site in Site.allCases {
                for proof in Proof.allCases {
                    let headers = site.headers(server).merging(proof.headers(cookie)) { $1 }
                    let opened = try await server.client.get(Self.polling, headers)
                    #expect(opened["access-control-allow-credentials"] == nil)
                    #expect(opened["access-control-allow-origin"] == (site == .allowed ? "https://shop.example" : nil))
                    guard !site.isRefused else {
                        #expect(opened.status == 403, "\(site) \(proof)")
                        continue
                    }
                    let url = try Self.polling + "&sid=" + sid(in: opened.body)
                    let sent = try await server.client.send(.POST, url, headers, body: proof.connect)
                    #expect(sent.status == 200, "\(site) \(proof)")
                    let role = try await role(server, url, headers)
                    #expect(role == proof.role(from: site), "\(site) \(proof)")
                }
            }
        }
    }

    @Test func `by WebSocket, a foreign page is refused and an allowed one is a guest`() async throws {
        try await run { server, cookie in
            for site in Site.allCases {
                for proof in Proof.allCases {
                    let headers = site.headers(server).merging(proof.headers(cookie)) { $1 }
                    guard !site.isRefused else {
                        #expect(try await upgrade(server, "", headers) == 403, "\(site) \(proof)")
                        continue
                    }
                    let socket = try await SocketClient(server.client, connect: proof.connect, headers: headers)
                    let session = try await socket.next(#"42["session""#)
                    #expect(session.contains(#""role":"\#(proof.role(from: site))""#), "\(site) \(proof)")
                }
            }
        }
    }

    @Test(arguments: ["same-origin", "none", "same-site", "cross-site"])
    func `without an origin, what the browser says of the page decides`(fetchSite: String) async throws {
        try await run { server, cookie in
            let headers = ["cookie": cookie, "sec-fetch-site": fetchSite]
            let socket = try await SocketClient(server.client, connect: "40", headers: headers)
            let role = ["same-origin", "none"].contains(fetchSite) ? "agent" : "guest"
            #expect(try await socket.next(#"42["session""#).contains(#""role":"\#(role)""#))
        }
    }

    @Test func `every later request of a session and its upgrade pass the same check`() async throws {
        try await run { server, cookie in
            let own = Site.own.headers(server).merging(["cookie": cookie]) { $1 }
            let url = try Self.polling + "&sid=" + sid(in: try await server.client.get(Self.polling, own).body)
            let query = url.dropFirst(Self.polling.count)
            for site in Site.allCases where site.isRefused {
                let headers = site.headers(server).merging(["cookie": cookie]) { $1 }
                #expect(try await server.client.send(.POST, url, headers, body: "40").status == 403)
                #expect(try await server.client.get(url, headers).status == 403)
                #expect(try await upgrade(server, String(query), headers) == 403)
            }
            // None of it has ended or changed the session.
            #expect(try await server.client.send(.POST, url, own, body: "40").status == 200)
            #expect(try await role(server, url, own) == "agent")
        }
    }

    @Test func `every route that changes something refuses pages of other sites`() async throws {
        try await run { server, cookie in
            let safe = ["GET", "HEAD", "OPTIONS"]
            let unsafe = server.routes.filter { !safe.contains($0.method) }
            #expect(unsafe.count >= 10)
            for route in unsafe {
                let path = TestServer.path(of: route)
                let method = HTTPMethod(rawValue: route.method)
                for headers in [
                    Site.allowed.headers(server), Site.foreign.headers(server), Site.null.headers(server),
                    ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"],
                    Site.own.headers(server).merging(["sec-fetch-site": "cross-site"]) { $1 },
                ] {
                    let answer = try await server.client.send(
                        method,
                        path,
                        headers.merging(["cookie": cookie, "content-type": "application/json"]) { $1 },
                        body: "{}"
                    )
                    #expect(answer.status == 403, "\(route) \(headers)")
                    #expect(answer["set-cookie"] == nil)
                }
            }
            #expect(try await server.client.get("/agent/me", ["cookie": cookie]).status == 200)
        }
    }

    private static let polling = "/socket.io/?EIO=4&transport=polling"

    private func sid(in handshake: String) throws -> String {
        try String(#require(handshake.firstMatch(of: /"sid":"([^"]+)"/)).1)
    }

    /// The role that `session` tells, in whichever of the next answers it comes.
    private func role(_ server: TestServer, _ url: String, _ headers: [String: String]) async throws -> String {
        for _ in 0..<5 {
            let answer = try await server.client.get(url, headers)
            if let match = answer.body.firstMatch(of: /"session",\{"userId":"[^"]*","role":"([a-z]+)"/) {
                return String(match.1)
            }
            if answer.status != 200 { return "status \(answer.status)" }
        }
        return "no session"
    }

    /// The status that a request to upgrade is answered with.
    private func upgrade(_ server: TestServer, _ query: String, _ headers: [String: String]) async throws -> Int {
        let upgrade = [
            "connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]
        return try await server.client
            .get(
                "/socket.io/?EIO=4&transport=websocket" + query,
                headers.merging(upgrade) { $1 }
            )
            .status
    }
}
