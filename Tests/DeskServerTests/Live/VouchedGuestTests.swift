import Crypto
import Desk
import SocketIO
import Testing

@testable import DeskServer

/// Guests for whom a site says who they are, over real connections.
@Suite(.timeLimit(.minutes(1))) struct VouchedGuestTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)

    private static func run(_ body: (TestServer, _ secret: String) async throws -> Void) async throws {
        try await TestServer.run(now: { now }) { server in
            let admin = try await server.hire("eve", role: .admin).cookie
            let answer = try await server.client.post("/admin/api/sites/default/secret", ["cookie": admin], json: "{}")
            try await body(server, String(#require(answer.body.firstMatch(of: /"secret":"([^"]+)"/)).1))
        }
    }

    /// A CONNECT packet with what the site signs about `id`.
    private static func connect(_ id: String, _ secret: String, token: String = "", more: String = "") -> String {
        let exp = now.milliseconds / 1000 + 3600
        let key = SymmetricKey(data: Array(secret.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(id)\n\(exp)".utf8), using: key)
        let digits = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return #"40{"guestToken":"\#(token)","identity":{"id":"\#(id)","exp":\#(exp),"hash":"\#(digits)"\#(more)}}"#
    }

    @Test func `whom the site vouches for is one guest on two devices, marked as verified`() async throws {
        try await Self.run { server, secret in
            let name = #","name":"Ada","email":"ada@example.com""#
            let one = try await SocketClient(server.client, connect: Self.connect("ada", secret, more: name))
            let first = try session(of: try await one.next(#"42["session""#))
            #expect(first["verified"]?.bool == true)
            #expect((first["name"]?.string, first["email"]?.string) == ("Ada", "ada@example.com"))
            let created = try await one.call("ticket:create", #"{"text":"Hello"}"#)
            #expect(created.contains(#""customerName":"Ada","customerEmail":"ada@example.com","verified":true"#))
            #expect(created.contains(#""siteId":"default""#))

            let two = try await SocketClient(server.client, connect: Self.connect("ada", secret))
            let second = try session(of: try await two.next(#"42["session""#))
            #expect(second["userId"]?.string == first["userId"]?.string && second["name"]?.string == "Ada")
            #expect(try await two.call("ticket:mine", "{}").contains(try ticketID(in: created)))

            // With the token alone, on a page that does not vouch again.
            let token = try #require(first["guestToken"]?.string)
            let three = try await SocketClient(server.client, connect: #"40{"guestToken":"\#(token)"}"#)
            let third = try session(of: try await three.next(#"42["session""#))
            #expect(third["userId"]?.string == first["userId"]?.string && third["verified"]?.bool == true)
        }
    }

    @Test func `what was begun before moves along, and the sockets of before end`() async throws {
        try await Self.run { server, secret in
            let agent = try await SocketClient(
                server.client,
                connect: "40",
                headers: ["cookie": server.hire("ada").cookie]
            )
            let before = try await SocketClient(server.client)
            let token = try #require(session(of: try await before.next(#"42["session""#))["guestToken"]?.string)
            let id = try ticketID(in: try await before.call("ticket:create", #"{"text":"Hello"}"#))
            _ = try await agent.next(#"42["ticket:created""#)

            let packet = Self.connect("customer-42", secret, token: token, more: #","name":"Ada""#)
            let after = try await SocketClient(server.client, connect: packet)
            let told = try await after.next(#"42["session""#)
            #expect(try session(of: told)["guestToken"]?.string != token)
            #expect(try await after.call("ticket:join", #"{"ticketId":"\#(id)"}"#).contains(#""text":"Hello""#))
            let update = try await agent.next(#"42["ticket:updated""#)
            #expect(
                update.contains(id) && update.contains(#""customerName":"Ada""#) && update.contains(#""verified":true"#)
            )
            await before.isClosed()

            // The token of before is nobody's now.
            let stale = try await SocketClient(server.client, connect: #"40{"guestToken":"\#(token)"}"#)
            let fresh = try session(of: try await stale.next(#"42["session""#))
            #expect(fresh["guestToken"]?.string != nil && fresh["verified"]?.bool == false)
            #expect(try await stale.call("ticket:join", #"{"ticketId":"\#(id)"}"#).contains(#""code":"not_found""#))
        }
    }

    @Test func `the sockets of before end, too, where there is no room for another`() async throws {
        try await Self.run { server, secret in
            let before = try await SocketClient(server.client)
            let token = try #require(session(of: try await before.next(#"42["session""#))["guestToken"]?.string)
            _ = try await before.call("ticket:create", #"{"text":"Hello"}"#)
            var others: [SocketClient] = []
            for _ in 0..<10 {
                others.append(try await SocketClient(server.client, connect: Self.connect("ada", secret)))
            }
            let refused = try await SocketClient(server.client, connect: Self.connect("ada", secret, token: token))
            #expect(refused.answer.contains("rate_limited"))
            await before.isClosed()
            #expect(others.allSatisfy { $0.answer.hasPrefix("40") })
        }
    }

    @Test func `who cannot prove it does not get in, and an unknown site is not there`() async throws {
        try await Self.run { server, secret in
            for packet in [
                Self.connect("ada", "another secret"), Self.connect("ada", secret).replacing("ada", with: "eva"),
                #"40{"guestToken":"","identity":7}"#, #"40{"guestToken":"","identity":{"id":"ada"}}"#,
            ] {
                #expect(try await SocketClient(server.client, connect: packet).answer == #"44{"message":"forbidden"}"#)
            }
            for site in [#""none""#, "7", "{}"] {
                let refused = try await SocketClient(server.client, connect: #"40{"guestToken":"","site":\#(site)}"#)
                #expect(refused.answer == #"44{"message":"not_found"}"#)
            }
            let plain = try await SocketClient(
                server.client,
                connect: #"40{"guestToken":"","site":null,"identity":null}"#
            )
            #expect(try session(of: try await plain.next(#"42["session""#))["verified"]?.bool == false)
        }
    }

    @Test func `without a secret nobody is vouched for, and an agent's login does not ask for a site`() async throws {
        try await TestServer.run(now: { Self.now }) { server in
            let refused = try await SocketClient(server.client, connect: Self.connect("ada", ""))
            #expect(refused.answer == #"44{"message":"forbidden"}"#)
            let cookie = try await server.hire("ada").cookie
            let agent = try await SocketClient(
                server.client,
                connect: #"40{"site":"none"}"#,
                headers: ["cookie": cookie]
            )
            #expect(try await agent.next(#"42["session""#).contains(#""role":"agent""#))
        }
    }
}
