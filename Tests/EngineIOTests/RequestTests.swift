import NIOCore
import NIOHTTP1
import Testing

@testable import EngineIO

struct RequestTests {
    @Test func `a query is decoded and its first value counts`() {
        let query = Query(target: "/socket.io/?EIO=4&name=J%C3%B6rg+K&empty&bad=%zz&EIO=3&=x")
        #expect(query["EIO"] == "4")
        #expect(query["name"] == "Jörg K")
        #expect(query["empty"] == "")
        #expect(query["bad"] == "%zz")
        #expect(query["missing"] == nil)
        #expect(Query(target: "/socket.io/")["EIO"] == nil)
    }

    @Test(
        arguments: [
            (nil, "a.test", nil, OriginPolicy.Verdict.absent),
            ("http://a.test", "a.test", nil, .own),
            ("https://a.test", "a.test", nil, .own),
            ("https://A.test", "a.test:443", nil, .own),
            ("http://a.test", "a.test:80", nil, .own),
            ("http://a.test:80", "a.test:443", nil, .denied),
            ("http://a.test:3000", "a.test:3000", nil, .own),
            ("http://a.test", "a.test:3000", nil, .denied),
            ("null", "a.test", nil, .denied),
            ("https://evil.test", "a.test", nil, .denied),
            ("https://shop.test", "a.test", nil, .allowed),
            ("https://shop.test.evil.test", "a.test", nil, .denied),
            ("http://a.test", "a.test", "https://chat.test", .denied),
            ("https://chat.test", "a.test", "https://chat.test", .own),
            ("http://a.test", nil, nil, .denied),
        ] as [(String?, String?, String?, OriginPolicy.Verdict)]
    )
    func `origins are judged`(origin: String?, host: String?, own: String?, verdict: OriginPolicy.Verdict) {
        let policy = OriginPolicy(own: own, allowed: ["https://Shop.test"])
        #expect(policy.judge(origin: origin, host: host) == verdict)
    }

    @Test func `where TLS ends here, a page under http is a foreign one`() {
        let policy = OriginPolicy(isSecure: true)
        #expect(policy.judge(origin: "https://a.test", host: "a.test") == .own)
        #expect(policy.judge(origin: "http://a.test", host: "a.test") == .denied)
    }

    @Test func `cookies are found among others`() {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        head.headers.add(name: "Cookie", value: "a=1; token=x.y=z ;b; q=\"in quotes\"")
        head.headers.add(name: "Cookie", value: "later=2; a=3")
        let request = HandshakeRequest(
            head: head,
            remoteAddress: nil,
            isSecure: false,
            origin: .absent
        )
        #expect(request.cookie("token") == "x.y=z")
        #expect(request.cookie("a") == "1")
        #expect(request.cookie("later") == "2")
        #expect(request.cookie("q") == "in quotes")
        #expect(request.cookie("b") == nil)
    }

    @Test func `session ids carry 120 bits and do not repeat`() {
        let ids = Set((0..<1000).map { _ in SessionID.random().description })
        #expect(ids.count == 1000)
        #expect(ids.allSatisfy { $0.utf8.count == 20 })
    }

    @Test func `the accept value is the RFC's own example`() throws {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        head.headers = [
            "Host": "a.test", "Upgrade": "WebSocket", "Connection": "keep-alive, Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]
        let handshake = try #require(WebSocketHandshake(head))
        #expect(String(buffer: handshake.response).contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        for (name, value) in [("Host", nil), ("Sec-WebSocket-Key", "short"), ("Sec-WebSocket-Version", "8")] {
            var other = head
            other.headers.remove(name: name)
            if let value { other.headers.add(name: name, value: value) }
            #expect(WebSocketHandshake(other) == nil)
        }
    }
}
