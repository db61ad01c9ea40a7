import EngineIO
import NIOCore
import SocketIO
import Synchronization
import Testing

/// What a cluster's adapter can do with the adapter protocol, shown by two servers of one process.
@Suite struct ClusterTests {
    @Test func `broadcasts, exceptions and acks reach the sockets of every server`() async throws {
        try await Self.withCluster { one, two, ports in
            let here = try await TestClient.socket(port: ports.0)
            let there = try await TestClient.socket(port: ports.1)
            await one.everyone.socketsJoin("all")
            let ids = await one.everyone.fetchSockets().map(\.id)
            #expect(ids.count == 2)
            #expect(await two.sockets(in: "all").count == 1)

            one.to("all").emit("news", "x")
            #expect(try await here.next() == .text(#"42["news","x"]"#))
            #expect(try await there.next() == .text(#"42["news","x"]"#))

            let socketThere = try #require(await two.sockets(in: "all").first)
            one.to("all").except(socketThere.id).emit("not there")
            one.everyone.local.emit("only here")
            one.emit("end")
            #expect(try await here.next() == .text(#"42["not there"]"#))
            #expect(try await here.next() == .text(#"42["only here"]"#))
            #expect(try await here.next() == .text(#"42["end"]"#))
            #expect(try await there.next() == .text(#"42["end"]"#))

            async let answers = one.to("all").emitWithAck("ask", timeout: .seconds(10))
            for client in [here, there] {
                guard case .text(let text) = try await client.next() else { throw TestClient.TimedOut() }
                let id = text.dropFirst(2).prefix { $0.isNumber }
                try await client.send("43\(id)[1]")
            }
            #expect(await answers == BroadcastAnswers(answers: .init(repeating: .init(arguments: [1]), count: 2)))
        }
    }

    @Test func `rooms are left and sockets sent away on every server`() async throws {
        try await Self.withCluster { one, two, ports in
            let there = try await TestClient.socket(port: ports.1)
            await one.everyone.socketsJoin("a", "b")
            await one.to("a").socketsLeave("a")
            #expect(await one.everyone.fetchSockets().map(\.rooms) == [["b"]])
            one.to("b").disconnectSockets(closeConnection: true)
            #expect(try await there.next() == .text("41"))
        }
    }

    @Test func `an event between servers reaches the others only, and those that handle it answer`() async throws {
        try await Self.withCluster { one, two, _ in
            let heard = Mutex<[String]>([])
            for (name, namespace) in [("one", one), ("two", two)] {
                namespace.onServerSide("load") { arguments in
                    heard.withLock { $0.append("\(name) \(arguments.first?.string ?? "")") }
                    return [7]
                }
            }
            let answers = await one.serverSideEmitWithAck("load", "now")
            #expect(answers == BroadcastAnswers(answers: [.init(arguments: [7])]))
            #expect(heard.withLock { $0 } == ["two now"])
            let none = await one.serverSideEmitWithAck("unknown")
            #expect(none == BroadcastAnswers(missing: 1))
        }
    }

    /// Runs two servers whose main namespaces are wired in memory.
    private static func withCluster(
        _ body: @escaping @Sendable (_ one: Namespace, _ two: Namespace, _ ports: (Int, Int)) async throws -> Void
    ) async throws {
        let wire = Wire()
        let servers = (0..<2).map { _ in SocketIOServer(logger: quiet, adapter: { WiredAdapter($0, wire) }) }
        let (one, two) = (servers[0], servers[1])
        // Made at once, so that both are on the wire before the first client comes.
        let namespaces = (one.namespace(), two.namespace())
        try await withServer(io: one) { first in
            try await withServer(io: two) { second in
                try await body(namespaces.0, namespaces.1, (first, second))
            }
        }
    }
}

/// The local adapters of every server.
private final class Wire: Sendable {
    private let joined = Mutex<[LocalAdapter]>([])

    var all: [LocalAdapter] { self.joined.withLock { $0 } }

    func add(_ adapter: LocalAdapter) { self.joined.withLock { $0.append(adapter) } }
}

private struct WiredAdapter: Adapter {
    private let local: LocalAdapter
    private let wire: Wire

    init(_ local: LocalAdapter, _ wire: Wire) {
        self.local = local
        self.wire = wire
        wire.add(local)
    }

    func broadcast(_ packet: EventPacket, to target: BroadcastTarget, _ flags: BroadcastFlags) {
        for node in self.wire.all { node.broadcast(packet, to: target, flags) }
    }

    func broadcastWithAck(_ packet: EventPacket, to target: BroadcastTarget, timeout: Duration) async
        -> BroadcastAnswers
    {
        await withTaskGroup(of: BroadcastAnswers.self) { group in
            for node in self.wire.all {
                group.addTask { await node.broadcastWithAck(packet, to: target, timeout: timeout) }
            }
            return await group.reduce(into: BroadcastAnswers()) {
                $0.answers += $1.answers
                $0.missing += $1.missing
            }
        }
    }

    func fetchSockets(_ target: BroadcastTarget) async -> [RemoteSocket] {
        var found: [RemoteSocket] = []
        for node in self.wire.all { found += await node.fetchSockets(target) }
        return found
    }

    func join(_ rooms: [Room], _ target: BroadcastTarget) async {
        for node in self.wire.all { await node.join(rooms, target) }
    }

    func leave(_ rooms: [Room], _ target: BroadcastTarget) async {
        for node in self.wire.all { await node.leave(rooms, target) }
    }

    func disconnect(_ target: BroadcastTarget, closeConnection: Bool) {
        for node in self.wire.all { node.disconnect(target, closeConnection: closeConnection) }
    }

    func serverSideEmit(_ packet: EventPacket) {
        Task { for node in self.others { _ = await node.receiveServerSide(packet) } }
    }

    func serverSideEmitWithAck(_ packet: EventPacket, timeout: Duration) async -> BroadcastAnswers {
        var result = BroadcastAnswers()
        for node in self.others {
            if let answer = await node.receiveServerSide(packet) {
                result.answers.append(answer)
            } else {
                result.missing += 1
            }
        }
        return result
    }

    private var others: [LocalAdapter] { self.wire.all.filter { $0 !== self.local } }
}
