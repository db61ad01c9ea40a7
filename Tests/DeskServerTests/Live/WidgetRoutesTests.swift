import NIOHTTP1
import Testing

@testable import DeskServer

@Suite struct WidgetRoutesTests {
    /// What a site's page gets, whoever it is.
    private func expectOpen(_ answer: TestClient.Answer) {
        #expect(answer["access-control-allow-origin"] == "*")
        #expect(answer["cross-origin-resource-policy"] == "cross-origin")
        #expect(answer["x-content-type-options"] == "nosniff")
    }

    @Test func `the loader names its parts, which are kept for ever`() async throws {
        try await TestServer.run { server in
            let loader = try await server.client.get("/widget.js", ["origin": "https://shop.example"])
            #expect(loader["content-type"] == "text/javascript; charset=utf-8")
            #expect(loader["cache-control"] == "public, max-age=300")
            expectOpen(loader)
            let base = try #require(loader.body.firstMatch(of: #/'(/widget/[^']+/)'/#)?.1)
            for part in ["en/chat.js", "de/more.js"] {
                let answer = try await server.client.get(base + part)
                #expect((answer.status, answer["cache-control"]) == (200, "public, max-age=31536000, immutable"))
                #expect(answer["content-type"] == "text/javascript; charset=utf-8")
                expectOpen(answer)
            }
            for path in [base + "en/none.js", base + "en/loader.js", "/widget/x/en/chat.js", base + "xx/chat.js"] {
                #expect(try await server.client.get(String(path)).status == 404)
            }
            let old = try await server.client.get("/widget/AAAAAAAAAAAAAAAA/en/chat.js")
            #expect((old.status, old["cache-control"]) == (200, "no-cache"))
        }
    }

    @Test(arguments: ["/assets/shared/socket.js", "/assets/shared/icon.svg", "/"])
    func `text is compressed for those who take it, under a tag of its own`(path: String) async throws {
        try await TestServer.run { server in
            let plain = try await server.client.get(path)
            let zipped = try await server.client.get(path, ["accept-encoding": "br, gzip"])
            #expect((plain["content-encoding"], zipped["content-encoding"]) == (nil, "gzip"))
            #expect((plain["vary"], zipped["vary"]) == ("Accept-Encoding", "Accept-Encoding"))
            let length = try #require(zipped["content-length"].flatMap { Int($0) })
            #expect(length < plain.body.utf8.count)
            let tag = try #require(zipped["etag"])
            #expect(tag != plain["etag"])
            let again = try await server.client.get(path, ["accept-encoding": "gzip", "if-none-match": "W/" + tag])
            #expect((again.status, again["etag"], again["vary"]) == (304, tag, "Accept-Encoding"))
            #expect(again["cache-control"] == plain["cache-control"])
            let other = try await server.client.get(path, ["if-none-match": tag])
            #expect((other.status, other["content-encoding"]) == (200, nil))
        }
    }

    @Test(arguments: [
        ("gzip", true), ("GZIP;q=0.5", true), ("*", true), ("identity, x-gzip", true), ("deflate,\tgzip ; q=1", true),
        ("", false), ("br", false), ("gzip;q=0", false), ("gzip; q=0.000, *", false), ("*;q=0", false),
    ])
    func `who takes gzip is read from the request`(accepted: String, isTaken: Bool) async throws {
        try await TestServer.run { server in
            let answer = try await server.client.get("/assets/shared/socket.js", ["accept-encoding": accepted])
            #expect((answer["content-encoding"] == "gzip") == isTaken)
        }
    }
}
