import Desk
import NIOHTTP1
import Testing

@testable import DeskServer

/// What admins set for everybody, and what people may ask about their own data.
@Suite(.timeLimit(.minutes(1))) struct AdminSettingsTests {
    @Test func `the word filter is obeyed at once`() async throws {
        try await TestServer.run { server in
            let admin = ["cookie": try await server.hire("root", role: .admin).cookie]
            let path = "/admin/api/word-filter"
            #expect(try await server.client.get(path, admin).body == #"{"mode":"off","words":[]}"#)
            let filter = #"{"mode":"mask","words":["flimflam","zap zop"]}"#
            let set = try await server.client.send(.PUT, path, admin, body: filter)
            #expect((set.status, set.body) == (200, filter))
            let guest = try await SocketClient(server.client)
            let ack = try await guest.call("ticket:create", #"{"text":"you flimflam"}"#)
            #expect(ack.contains(#""text":"you ********""#))
            for (body, field) in [
                ("{}", "mode"), (#"{"mode":"shout","words":[]}"#, "mode"), (#"{"mode":"off"}"#, "words"),
                (#"{"mode":"off","words":[7]}"#, "words"), (#"{"mode":"off","words":["..."]}"#, "words"),
            ] {
                let answer = try await server.client.send(.PUT, path, admin, body: body)
                #expect((answer.status, answer.body.contains(#""field":"\#(field)""#)) == (400, true), "\(body)")
            }
            #expect(try await server.client.get(path, admin).body == filter)
            let words = (0..<1000).map { "\"\(String(repeating: "\u{E4}", count: 60))\($0)\"" }.joined(separator: ",")
            let many = try await server.client.send(.PUT, path, admin, body: #"{"mode":"mask","words":[\#(words)]}"#)
            #expect(many.status == 200)
        }
    }

    @Test func `how long tickets are kept is obeyed within a second, by a server that was not told otherwise`()
        async throws
    {
        let clock = TestClock()
        let path = "/admin/api/retention"
        try await TestServer.run(now: clock.now) { server in
            let (root, _) = try await server.hire("root", role: .admin)
            let guest = Principal.guest(Guest.ID(rawValue: "g"), name: nil)
            let ticket = try await server.desk.createTicket(text: "old", by: guest).ticket
            _ = try await server.desk.close(ticket.id, by: root.principal)
            clock.advance(by: .seconds(3 * 86_400))
            let login = #"{"username":"root","password":"correct horse"}"#
            let cookie = try await server.client.post("/agent/login", json: login)["set-cookie"]
            let fresh = ["cookie": String(cookie?.prefix { $0 != ";" } ?? "")]
            #expect(try await server.client.get(path, fresh).body == #"{"days":365,"isFixed":false}"#)
            for body in ["{}", #"{"days":-1}"#, #"{"days":36501}"#, #"{"days":"30"}"#, #"{"days":1.5}"#] {
                #expect(try await server.client.send(.PUT, path, fresh, body: body).status == 400, "\(body)")
            }
            let set = try await server.client.send(.PUT, path, fresh, body: #"{"days":2}"#)
            #expect((set.status, set.body) == (200, #"{"days":2,"isFixed":false}"#))
            try await eventually { (try? await server.desk.ticket(ticket.id, for: root.principal)) == nil }
        }
    }

    @Test func `what the operator has fixed cannot be changed`() async throws {
        try await TestServer.run {
            $0.retention = try? Retention(days: 30)
        } _: { server in
            let admin = ["cookie": try await server.hire("root", role: .admin).cookie]
            let path = "/admin/api/retention"
            #expect(try await server.client.get(path, admin).body == #"{"days":30,"isFixed":true}"#)
            let answer = try await server.client.send(.PUT, path, admin, body: #"{"days":2}"#)
            #expect((answer.status, answer.body.contains("conflict")) == (409, true))
        }
    }

    @Test func `a guest is exported whole and erased`() async throws {
        try await TestServer.run { server in
            let admin = ["cookie": try await server.hire("root", role: .admin).cookie]
            let guest = Principal.guest(Guest.ID(rawValue: "g-1"), name: nil)
            let ticket = try await server.desk.createTicket(subject: "s", by: guest).ticket
            for number in 1...450 { _ = try await server.desk.postMessage("m\(number)", to: ticket.id, by: guest) }
            _ = try await server.desk.createTicket(text: "another", by: guest)
            let path = "/admin/api/guests/g-1"
            let exported = try await server.client.get(path + "/export", admin)
            #expect((exported.status, exported["content-type"]) == (200, "application/json"))
            #expect(exported["content-disposition"] == #"attachment; filename="martlet-guest-g-1.json""#)
            #expect(exported["cache-control"] == "no-store")
            var export = GuestExport(try await server.desk.export(Guest.ID(rawValue: "g-1"), by: .commandLine))
            var expected = ""
            while let piece = try await export.next() { expected += piece }
            #expect(exported.body == expected)
            #expect(expected.hasPrefix(#"{"guest":{"guestId":"g-1""#) && expected.hasSuffix("]}]}"))
            #expect(expected.matches(of: /"seq":/).count == 451)

            let erased = try await server.client.send(.DELETE, path, admin)
            #expect((erased.status, erased.body) == (200, #"{"tickets":2,"messages":451}"#))
            #expect(try await server.client.send(.DELETE, path, admin).status == 404)
            #expect(try await server.client.get(path + "/export", admin).status == 404)
        }
    }

    @Test func `the administration is a page for admins`() async throws {
        try await TestServer.run { server in
            let agent = try await server.hire("ada").cookie
            let admin = try await server.hire("root", role: .admin).cookie
            let away = try await server.client.get("/admin")
            #expect((away.status, away["location"]) == (303, "/agent/login"))
            let refused = try await server.client.get("/admin", ["cookie": agent, "accept": "text/html"])
            #expect((refused.status, refused["content-type"]) == (403, "text/html; charset=utf-8"))
            let page = try await server.client.get("/admin", ["cookie": admin])
            #expect((page.status, page["content-type"]) == (200, "text/html; charset=utf-8"))
            let links = [try await server.client.get("/invite"), try await server.client.get("/reset")]
            #expect(links.allSatisfy { $0.status == 200 } && links[0].body == links[1].body)
        }
    }

    /// Waits for the beat of the server, which is 10 ms here.
    private func eventually(_ holds: () async -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while await !holds() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
