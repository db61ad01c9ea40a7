import Desk
import NIOCore
import SocketIO
import Testing

@testable import DeskServer

@Suite(.timeLimit(.minutes(1))) struct LimitsTests {
    private static func limits(_ changes: String) throws -> Limits { try Limits(changes: changes) }

    @Test func `a socket too many is told when to come back, and has the place of one that goes`() async throws {
        let limits = try Self.limits("guest-sockets=2")
        try await TestServer.run {
            $0.limits = limits
        } _: { server in
            let first = try await SocketClient(server.client)
            let session = try await first.next(#"42["session""#)
            let token = try #require(session.split(separator: #""guestToken":""#).last?.split(separator: "\"").first)
            let connect = #"40{"guestToken":"\#(token)"}"#
            let second = try await SocketClient(server.client, connect: connect)
            #expect(second.answer.hasPrefix(#"40{"sid""#))
            let third = try await SocketClient(server.client, connect: connect)
            #expect(third.answer == #"44{"message":"rate_limited","data":{"retryAfterMs":5000}}"#)
            #expect(try await SocketClient(server.client).answer.hasPrefix("40{"), "others are not concerned")

            try await second.send("41")
            var again = third
            while !again.answer.hasPrefix("40{") { again = try await SocketClient(server.client, connect: connect) }
            #expect(try await SocketClient(server.client, connect: connect).answer.hasPrefix("44{"))
        }
    }

    @Test func `a message too many is refused with the time to wait, and is stored later`() async throws {
        let limits = try Self.limits("guest-messages=1/h:3")
        try await TestServer.run {
            $0.limits = limits
        } _: { server in
            let guest = try await SocketClient(server.client)
            let created = try await guest.call("ticket:create", #"{"text":"1"}"#)
            let id = try #require(
                created.split(separator: #""ticketId":""#).dropFirst().first?.split(separator: "\"").first
            )
            for text in ["2", "3"] {
                let ack = try await guest.call("chat:message", #"{"ticketId":"\#(id)","text":"\#(text)"}"#)
                #expect(ack.contains(#""seq":\#(text)"#))
            }
            let refused = try await guest.call("chat:message", #"{"ticketId":"\#(id)","text":"4"}"#)
            #expect(
                refused.hasPrefix(#"437[{"ok":false,"error":{"code":"rate_limited","message":"Too many requests.","#)
            )
            #expect(refused.contains(#""retryAfterMs":3"#))
            #expect(try await guest.call("ticket:join", #"{"ticketId":"\#(id)"}"#).contains(#""lastSeq":3"#))
        }
    }

    @Test func `what is refused or known already does not use up the new tickets of the address`() async throws {
        let limits = try Self.limits("address-tickets=2/h,open-tickets=1")
        try await TestServer.run {
            $0.limits = limits
        } _: { server in
            let one = try await SocketClient(server.client)
            for _ in 0..<5 {
                #expect(try await one.call("ticket:create", #"{"clientId":"c"}"#).contains(#""ok":true"#))
                #expect(try await one.call("ticket:create", "{}").contains(#""retryAfterMs":600000"#))
            }
            let two = try await SocketClient(server.client)
            #expect(try await two.call("ticket:create", "{}").contains(#""ok":true"#))
            let three = try await SocketClient(server.client)
            #expect(try await three.call("ticket:create", "{}").contains(#""code":"rate_limited""#))
        }
    }

    @Test func `a handshake too many is answered 403, and another address is not concerned`() async throws {
        let limits = try Self.limits("handshakes=1/h:3")
        let proxies = [try #require(IPRange("127.0.0.0/8"))]
        let configure: (inout ServerConfiguration) -> Void = { ($0.limits, $0.trustedProxies) = (limits, proxies) }
        try await TestServer.run(configure: configure) { server in
            func open(_ client: String) async throws -> TestClient.Answer {
                let path = "/socket.io/?EIO=4&transport=polling"
                return try await server.client.get(path, ["x-forwarded-for": "192.0.2.99, \(client)"])
            }
            for _ in 0..<3 { #expect(try await open("192.0.2.1").status == 200) }
            let refused = try await open("192.0.2.1")
            #expect(refused.status == 403 && refused.body == #"{"code":4,"message":"Forbidden"}"#)
            #expect(try await open("192.0.2.2").status == 200)
        }
    }

    @Test func `a request too many that changes something is answered 429`() async throws {
        let limits = try Self.limits("posts=1/h:2")
        try await TestServer.run {
            $0.limits = limits
        } _: { server in
            for _ in 0..<2 { #expect(try await server.client.post("/agent/logout", json: "{}").status == 200) }
            let refused = try await server.client.post("/agent/logout", json: "{}")
            #expect(refused.status == 429 && refused.body.contains(#""code":"rate_limited""#))
            #expect(try #require(refused["retry-after"].flatMap { Int($0) }) > 3000)
            #expect(try await server.client.get("/").status == 200)
        }
    }
}
