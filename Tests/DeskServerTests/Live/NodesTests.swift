import Desk
import Logging
import RedisProcess
import SocketIO
import SocketIORedis
import Testing

@testable import DeskServer
@testable import martlet

/// Two nodes of one desk, on one store and one Redis.
@Suite(
    .enabled(if: RedisServer.binary != nil, "redis-server is not installed: apt-get install redis-server"),
    .timeLimit(.minutes(2))
)
struct NodesTests {
    private func run(
        _ redis: RedisServer,
        _ body: (TestServer, TestServer) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let address = RedisConfiguration(port: redis.port)
        try await TestServer.withStore { store in
            let one = RedisCluster(address, logger: logger)
            try await TestServer.run(on: store, cluster: one, configure: { $0.nodePatience = .seconds(2) }) { first in
                let two = RedisCluster(address, logger: logger)
                try await TestServer.run(on: store, cluster: two, configure: { $0.nodePatience = .seconds(2) }) {
                    second in
                    for node in [first, second] { try await self.isReachable(true, node) }
                    try await body(first, second)
                }
            }
        }
    }

    /// Waits until `/readyz` says so.
    private func isReachable(_ expected: Bool, _ node: TestServer) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let answer = try await node.client.get("/readyz")
            #expect(answer.status == 200)
            if answer.body == #"{"ok":true,"cluster":\#(expected)}"# { break }
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(20))
        }
        // Until the reader knows where the stream ends, and Redis has taken the subscriptions.
        if expected { try await Task.sleep(for: .milliseconds(200)) }
    }

    @Test func `a guest on one node and an agent on the other talk, in order`() async throws {
        try await run(RedisServer()) { first, second in
            let (_, cookie) = try await second.hire("ada")
            let guest = try await SocketClient(first.client)
            let agent = try await SocketClient(second.client, connect: "40", headers: ["cookie": cookie])
            let ticket = try ticketID(in: await guest.call("ticket:create", #"{"text":"1"}"#))
            _ = try await agent.next(#"42["ticket:created""#)
            _ = try await agent.call("ticket:join", #"{"ticketId":"\#(ticket)"}"#)
            for number in 2...20 {
                _ = try await guest.call("chat:message", #"{"ticketId":"\#(ticket)","text":"\#(number)"}"#)
            }
            for number in 2...20 {
                #expect(try await agent.next(#"42["chat:message""#).contains(#""seq":\#(number),"#))
            }
            _ = try await agent.call("chat:message", #"{"ticketId":"\#(ticket)","text":"answer"}"#)
            while try await !guest.next(#"42["chat:message""#).contains(#""text":"answer""#) {}
        }
    }

    @Test func `agents have the canned replies of the store, whichever node changed them and whoever told of it last`()
        async throws
    {
        let redis = try await RedisServer()
        try await run(redis) { first, second in
            let (account, cookie) = try await first.hire("root", role: .admin)
            let admin = try await SocketClient(first.client, connect: "40", headers: ["cookie": cookie])
            let headers = ["cookie": cookie]
            let here = try await SocketClient(first.client, connect: "40", headers: headers)
            let clients = [here, try await SocketClient(second.client, connect: "40", headers: headers)]
            let saved = try await admin.call("canned:save", #"{"title":"one","text":"1"}"#)
            #expect(saved.contains(#""ok":true"#))
            for client in clients { #expect(try await client.next(#"42["canned:updated""#).contains("one")) }

            // Other nodes: one that only says that they have changed, and one of the former version, which says into what.
            let streams = RedisStreams(RedisConfiguration(port: redis.port), logger: Logger(label: "test"))
            let other = SocketIOServer(logger: Logger(label: "test"), adapter: { streams.adapter(around: $0) })
            let namespace = other.namespace()
            let running = Task { await streams.run() }
            await streams.connected()
            let principal = Principal.agent(account.id, name: "Root", role: .admin)
            _ = try await second.desk.saveCannedReply(nil, title: "two", text: "2", by: principal)
            namespace.to(Rooms.agents).emit("canned:updated", ["replies": []])
            for client in clients {
                #expect(try await client.next(#"42["canned:updated""#) == #"42["canned:updated",{"replies":[]}]"#)
            }
            namespace.serverSideEmit("canned:changed")
            for client in clients {
                let told = try await client.next(#"42["canned:updated""#)
                #expect(told.contains("one") && told.contains("two"))
            }
            running.cancel()
            await running.value
        }
    }

    @Test func `an agent with windows on two nodes is online until both are gone`() async throws {
        try await run(RedisServer()) { first, second in
            let (_, cookie) = try await second.hire("ada")
            let there = try await SocketClient(second.client, connect: "40", headers: ["cookie": cookie])
            let here = try await SocketClient(first.client, connect: "40", headers: ["cookie": cookie])
            let guest = try await SocketClient(first.client)
            #expect(try await guest.next(#"42["presence""#).contains(#""online":true"#))
            try await here.close()
            _ = try await first.client.get("/healthz")
            try await Task.sleep(for: .milliseconds(300))
            let other = try await SocketClient(first.client)
            #expect(try await other.next(#"42["presence""#).contains(#""online":true"#), "one window is left")
            try await there.close()
            #expect(try await guest.next(#"42["presence""#).contains(#""online":false"#))
        }
    }

    @Test func `who is on a node that others lose sight of is gone, and is back with it`() async throws {
        let redis = try await RedisServer()
        try await run(redis) { first, second in
            let (_, cookie) = try await second.hire("ada")
            let agent = try await SocketClient(second.client, connect: "40", headers: ["cookie": cookie])
            try await eventually(first) { $0.contains(#""online":true"#) }
            let guest = try await SocketClient(first.client)
            _ = try await guest.next(#"42["presence",{"role":"agent","online":true"#)
            redis.kill()
            for node in [first, second] { try await isReachable(false, node) }
            _ = try await guest.next(#"42["presence",{"role":"agent","online":false"#)

            // Nodes serve their own meanwhile, and what is said is stored.
            let ticket = try ticketID(in: await guest.call("ticket:create", #"{"text":"1"}"#))
            // Not by a call, which would pass over what is told before its ack.
            try await guest.send(#"42["chat:message",{"ticketId":"\#(ticket)","text":"meanwhile"}]"#)
            #expect(try await guest.next(#"42["chat:message""#).contains("meanwhile"))

            try redis.start()
            for node in [first, second] { try await isReachable(true, node) }
            _ = try await agent.next(#"42["resync""#)
            #expect(try await agent.call("ticket:list", "{}").contains(ticket))
            let joined = try await agent.call("ticket:join", #"{"ticketId":"\#(ticket)"}"#)
            #expect(joined.contains("meanwhile"))
            _ = try await guest.next(#"42["presence",{"role":"agent","online":true"#)
            _ = try await guest.call("chat:message", #"{"ticketId":"\#(ticket)","text":"after"}"#)
            #expect(try await agent.next(#"42["chat:message""#).contains("after"))
        }
    }

    @Test func `a login that ends on one node ends on the other`() async throws {
        try await run(RedisServer()) { first, second in
            let (_, cookie) = try await second.hire("ada")
            let agent = try await SocketClient(second.client, connect: "40", headers: ["cookie": cookie])
            let start = ContinuousClock.now
            let left = try await first.client.post("/agent/logout", ["cookie": cookie], json: "{}")
            #expect(left.status < 400)
            #expect(try await agent.next(#"42["revoked""#).contains("logout"))
            await agent.isClosed()
            // One second where nothing else runs, which test_cluster.py looks at.
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test func `a limit is one limit, whichever node is asked, and holds for each while Redis is away`() async throws {
        let redis = try await RedisServer()
        try await run(redis) { first, second in
            // On a busy machine Redis may answer too late once, and then nobody asks it for a second.
            var attempts: [(stored: Int, most: Int)] = []
            while attempts.count < 5, attempts.last.map({ $0.stored > $0.most }) ?? true {
                attempts.append(try await writeFast(by: first, and: second))
            }
            let last = try #require(attempts.last)
            #expect((29...last.most).contains(last.stored), "\(attempts)")

            redis.kill()
            for node in [first, second] { try await isReachable(false, node) }
            let guest = try await SocketClient(first.client)
            let ticket = try ticketID(in: await guest.call("ticket:create", #"{"text":"1"}"#))
            let message = #"{"ticketId":"\#(ticket)","text":"x"}"#
            #expect(try await guest.call("chat:message", message).contains(#""ok":true"#))
        }
    }

    @Test func `wrong passwords count together on all nodes`() async throws {
        try await run(RedisServer()) { first, second in
            _ = try await second.hire("ada")
            let wrong = #"{"username":"ada","password":"guess guess"}"#
            var refused = 0
            for number in 0..<20 where refused == 0 {
                let status = try await (number % 2 == 0 ? first : second).client.post("/agent/login", json: wrong)
                    .status
                if status == 429 { refused = number }
            }
            // Five cost no time, and after the sixth one has to wait; on a busy machine that may be over by the seventh. Each
            // node by itself would let twice as many through.
            #expect((6...9).contains(refused))
        }
    }

    @Test func `desks in different databases of one Redis do not hear of each other`() async throws {
        let redis = try await RedisServer()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let nodes = try [1, 1, 2]
            .map { database in
                let address = try RedisConfiguration(url: "redis://127.0.0.1:\(redis.port)/\(database)")
                let cluster = RedisCluster(address, logger: logger)
                let namespace = SocketIOServer(logger: logger, adapter: cluster.adapter).namespace()
                return (cluster: cluster, namespace: namespace, running: Task { await cluster.run() })
            }
        for node in nodes {
            while !node.cluster.isReachable { try await Task.sleep(for: .milliseconds(20)) }
        }
        let others: () async -> Int = {
            await nodes[0].namespace.serverSideEmitWithAck("anybody", timeout: .milliseconds(100)).missing
        }
        while await others() == 0 {}
        try await Task.sleep(for: .milliseconds(300))
        // None, where an answer took its time.
        #expect(await others() <= 1)
        for node in nodes { node.running.cancel() }
    }

    /// A guest writes a hundred messages by two nodes in turn.
    ///
    /// - Returns: How many were stored, and how many one limit would let through in that time. Without Redis each node would
    ///   let 29 or 30 through, with five more each second.
    private func writeFast(by first: TestServer, and second: TestServer) async throws -> (stored: Int, most: Int) {
        let guest = try await SocketClient(first.client)
        let token = try session(of: await guest.next(#"42["session""#))["guestToken"]?.string ?? ""
        let other = try await SocketClient(second.client, connect: #"40{"guestToken":"\#(token)"}"#)
        let ticket = try ticketID(in: await guest.call("ticket:create", #"{"text":"1"}"#))
        let message = #"{"ticketId":"\#(ticket)","text":"x"}"#
        let start = ContinuousClock.now
        var stored = 0
        for number in 0..<100 {
            let ack = try await (number % 2 == 0 ? guest : other).call("chat:message", message)
            if ack.contains(#""ok":true"#) { stored += 1 } else { #expect(ack.contains("rate_limited")) }
        }
        return (stored, 31 + Int(5 * ((ContinuousClock.now - start) / .seconds(1))))
    }

    /// Waits until a guest who comes hears of the agents what `holds`.
    private func eventually(_ node: TestServer, _ holds: (String) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let guest = try await SocketClient(node.client)
            if holds(try await guest.next(#"42["presence""#)) { return }
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
