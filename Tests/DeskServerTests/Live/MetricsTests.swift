import Desk
import NIOHTTP1
import Testing

@testable import DeskServer

@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
    private static let forwarding = [
        "x-forwarded-for": "192.0.2.1", "forwarded": "for=192.0.2.1", "x-real-ip": "192.0.2.1", "via": "1.1 proxy",
        "x-forwarded-host": "help.example.com",
    ]

    @Test func `counts what was done`() async throws {
        try await TestServer.run { server in
            let (_, cookie) = try await server.hire("ada")
            let agent = try await SocketClient(server.client, connect: "40", headers: ["cookie": cookie])
            let guest = try await SocketClient(server.client)
            let id = try ticketID(in: try await guest.call("ticket:create", #"{"subject":"Help"}"#))
            try await guest.send(#"42["no such event",{}]"#)
            for number in 1...3 {
                let payload = #"{"ticketId":"\#(id)","text":"\#(number)"}"#
                #expect(try await guest.call("chat:message", payload).contains(#""ok":true"#))
            }
            _ = try await guest.call("chat:message", #"{"ticketId":"\#(id)","text":""}"#)
            _ = try await guest.call("ticket:list", "{}")
            _ = try await guest.call("chat:history", "[]")
            _ = try await agent.call("ticket:join", #"{"ticketId":"none"}"#)

            let metrics = try await Self.read(server)
            #expect(metrics[#"martlet_connections{transport="websocket"}"#] == 2)
            #expect(metrics[#"martlet_connections{transport="polling"}"#] == 0)
            #expect(metrics[#"martlet_events_total{event="ticket:create",result="ok"}"#] == 1)
            #expect(metrics[#"martlet_events_total{event="chat:message",result="ok"}"#] == 3)
            #expect(metrics[#"martlet_events_total{event="chat:message",result="invalid"}"#] == 1)
            #expect(metrics[#"martlet_events_total{event="ticket:list",result="forbidden"}"#] == 1)
            #expect(metrics[#"martlet_events_total{event="chat:history",result="invalid"}"#] == 1)
            #expect(metrics[#"martlet_events_total{event="ticket:join",result="not_found"}"#] == 1)
            #expect(!metrics.keys.contains { $0.contains("no such event") })
            #expect(metrics["martlet_send_to_commit_seconds_count"] == 4)
            #expect(metrics[#"martlet_send_to_commit_seconds_bucket{le="+Inf"}"#] == 4)
            #expect(metrics["martlet_commit_to_write_seconds_count"] == 3)
            // The guest's ticket, and two people with a room of their own, of their role and of the login.
            #expect(try #require(metrics["martlet_rooms"]) >= 5)
            #expect(metrics[#"martlet_queue_depth{queue="store"}"#] == 0)
            #expect(metrics["martlet_dropped_messages_total"] == 0)
            #expect(metrics[#"martlet_disconnects_total{reason="buffer overflow"}"#] == 0)
            #expect(try #require(metrics["process_cpu_seconds_total"]) > 0)

            let later = try await Self.read(server)
            #expect(try #require(later["process_cpu_seconds_total"]) >= metrics["process_cpu_seconds_total"] ?? 0)
        }
    }

    @Test func `without a token only programs on this machine read it, not what a proxy hands on`() async throws {
        try await TestServer.run { server in
            let none = try await server.client.get("/no-such-page")
            #expect(try await server.client.get("/metrics").status == 200)
            #expect(try await server.client.post("/metrics", json: "{}").status != 200)
            for (name, value) in Self.forwarding {
                let answer = try await server.client.get("/metrics", [name: value])
                #expect(answer.status == 404 && answer.body == none.body, "\(name)")
            }
        }
    }

    @Test func `with a token only who has it reads it`() async throws {
        try await TestServer.run {
            $0.metricsToken = "0123456789abcdef"
        } _: { server in
            let (_, cookie) = try await server.hire("ada", role: .admin)
            for wrong in ["", "Bearer", "Bearer 0123456789abcdee", "Bearer 0123456789abcdef0", "0123456789abcdef"] {
                #expect(try await server.client.get("/metrics", ["authorization": wrong]).status == 404, "\(wrong)")
            }
            #expect(try await server.client.get("/metrics", ["cookie": cookie]).status == 404)
            let headers = ["authorization": "Bearer 0123456789abcdef", "x-forwarded-for": "192.0.2.1"]
            #expect(try await server.client.get("/metrics", headers).status == 200)
        }
    }

    /// Every value by its series, once the form was looked at.
    private static func read(_ server: TestServer) async throws -> [String: Double] {
        let answer = try await server.client.get("/metrics")
        #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.body.hasSuffix("\n"))
        var values: [String: Double] = [:]
        var typed: Set<Substring> = []
        for line in answer.body.split(separator: "\n") {
            if line.hasPrefix("#") {
                let words = line.split(separator: " ", maxSplits: 3)
                if words[1] == "TYPE" {
                    #expect(["counter", "gauge", "histogram"].contains(words[3]), "\(line)")
                    #expect(typed.insert(words[2]).inserted, "\(line)")
                }
                continue
            }
            let form = /([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (-?[0-9.e+-]+)/
            let match = try #require(line.wholeMatch(of: form), "\(line)")
            let family = Substring(match.1.replacing(/_(bucket|sum|count)$/, with: ""))
            #expect(typed.contains(match.1) || typed.contains(family), "\(line)")
            values["\(match.1)\(match.2 ?? "")"] = Double(match.4)
        }
        return values
    }
}
