import EngineIO
import Logging
import NIOCore
import NIOPosix
import SocketIO
import Synchronization
import Testing

/// What happens to clients that take less than they are sent, or send more than is handled.
@Suite(.timeLimit(.minutes(2)))
struct BackpressureTests {
    private static let kilobyte = JSON(String(repeating: "x", count: 1000))

    /// A server whose connections can be looked at from outside.
    private final class Watched: Sendable {
        let journal = Journal()
        private let channels = Mutex<[any Channel]>([])
        private let highest = Atomic(0)
        /// A connection has ended: told before the handlers are, which may be busy.
        let isOver = Atomic(false)

        /// The most bytes that ever waited for one client.
        var peak: Int { self.highest.load(ordering: .relaxed) }

        func add(_ channel: any Channel) {
            self.channels.withLock { $0.append(channel) }
        }

        /// Looks at what waits, behind all that was sent before on the same loop.
        func look() async {
            for channel in self.channels.withLock({ $0 }) {
                if let waiting = try? await channel.getOption(.bufferedWritableBytes).get() {
                    self.highest.max(waiting, ordering: .relaxed)
                } else {
                    self.isOver.store(true, ordering: .relaxed)
                }
            }
        }
    }

    private static func withWatched(
        _ change: (inout SocketIOConfiguration) -> Void,
        logger: Logger = quiet,
        _ setUp: (SocketIOServer, Watched) -> Void,
        _ body: (Int, Watched) async throws -> Void
    ) async throws {
        var configuration = SocketIOConfiguration()
        change(&configuration)
        let io = SocketIOServer(configuration: configuration, logger: logger)
        let watched = Watched()
        io.namespace("/")
            .onDisconnect { _, reason, _ in
                watched.journal.note(reason.description)
            }
        setUp(io, watched)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    watched.add(channel)
                    try io.engine.configure(channel)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(server.localAddress?.port ?? 0, watched)
        } catch {
            try? await server.close()
            throw error
        }
        try await server.close()
        await io.shutdown(timeout: .seconds(1))
    }

    @Test func `a WebSocket that never reads is closed at the bound, with a reason and a line in the log`() async throws
    {
        let lines = LogLines()
        var logger = Logger(label: "test", factory: { _ in LogRecorder(lines) })
        logger.logLevel = .debug
        try await Self.withWatched({ $0.engine.maxBufferedBytes = 200_000 }, logger: logger) { io, watched in
            io.namespace("/")
                .on("fill") { socket, _ in
                    // The kernel takes some megabytes before anything waits here.
                    for _ in 0..<60_000 where !watched.isOver.load(ordering: .relaxed) {
                        socket.emit("more", Self.kilobyte)
                        await watched.look()
                    }
                    watched.journal.note("filled")
                }
        } _: { port, watched in
            let client = try await TestClient.socket(port: port)
            try await client.stopReading()
            try await client.send(#"42["fill"]"#)
            // The handlers of one socket run one after the other.
            #expect(await watched.journal.next() == "filled")
            #expect(await watched.journal.next() == "buffer overflow")
            #expect(watched.peak > 100_000)
            #expect(watched.peak <= 200_000)
            #expect(lines.all.contains("Session ended: buffer overflow"))
            try? await client.close()
        }
    }

    @Test func `a polling client that never asks is closed at the bound`() async throws {
        try await Self.withWatched({ $0.engine.maxBufferedBytes = 200_000 }) { io, _ in
            io.namespace("/")
                .on("fill") { socket, event in
                    for _ in 0..<(event.arguments.first?.int ?? 0) { socket.emit("more", Self.kilobyte) }
                }
        } _: { port, watched in
            let polling = TestPolling(port: port)
            let sid = try await polling.open()
            _ = try await polling.post(sid, "40")
            _ = try await polling.poll(sid)
            _ = try await polling.post(sid, #"42["fill",190]"#)
            var received = 0
            while received < 190 { received += try await polling.poll(sid).body.split(separator: "\u{1e}").count }
            _ = try await polling.post(sid, #"42["fill",210]"#)
            #expect(await watched.journal.next() == "buffer overflow")
            #expect(try await polling.poll(sid).status == 400)
        }
    }

    @Test func `volatile events are dropped while a client does not read, others wait and arrive`() async throws {
        let count = 30_000
        try await Self.withWatched({ $0.engine.maxBufferedBytes = 200_000 }) { io, watched in
            io.namespace("/")
                .on("fill") { socket, _ in
                    for number in 0..<count {
                        socket.emit(EventPacket(name: "maybe", arguments: [Self.kilobyte]), isVolatile: true)
                        if number % 50 == 0 { await watched.look() }
                    }
                    socket.emit("surely")
                    await watched.look()
                    watched.journal.note("filled")
                }
        } _: { port, watched in
            let client = try await TestClient.socket(port: port)
            try await client.stopReading()
            try await client.send(#"42["fill"]"#)
            #expect(await watched.journal.next() == "filled", "and not disconnected")
            #expect(watched.peak <= 200_000)
            try await client.startReading()
            var received = 0
            while case .text(let text) = try await client.message(), text != #"42["surely"]"# { received += 1 }
            #expect(received > 0 && received < count, "\(received) of \(count)")
            try await client.close()
        }
    }

    /// A handler that waits until the test lets it go, in two namespaces that share the connection's bound.
    private static func withStuckHandlers(_ body: (Int, Watched, _ release: () -> Void) async throws -> Void)
        async throws
    {
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        try await Self.withWatched({ $0.maxInboxBytes = 100_000 }) { io, _ in
            for name in ["/", "/other"] {
                io.namespace(name).on("stuck") { _, _ in for await _ in gate {} }
            }
        } _: { port, watched in
            try await body(port, watched) { opening.finish() }
        }
    }

    @Test func `a WebSocket that sends more than is handled is closed, over all its namespaces together`() async throws
    {
        try await Self.withStuckHandlers { port, watched, release in
            let client = try await TestClient.socket(port: port)
            try await client.send("40/other,")
            _ = try await client.next()
            let event = "[\"stuck\",\(String(buffer: Self.kilobyte.text))]"
            // 70 kB in one namespace fit, the same in the other do not.
            for _ in 0..<50 { try await client.send("42\(event)") }
            try await client.send("40/again,")
            #expect(try await client.message() == .text(#"44/again,{"message":"Invalid namespace"}"#))
            for _ in 0..<60 { try? await client.send("42/other,\(event)") }
            #expect(try await client.message() == .close(1008))
            release()
            #expect(await watched.journal.next() == "buffer overflow")
        }
    }

    @Test func `an event counts with all of the message that it keeps in memory`() async throws {
        try await Self.withStuckHandlers { port, watched, release in
            let client = try await TestClient.socket(port: port)
            let padded = "42[\"stuck\",1\(String(repeating: " ", count: 30_000))]"
            for _ in 0..<4 { try? await client.send(padded) }
            #expect(try await client.message() == .close(1008))
            release()
            #expect(await watched.journal.next() == "buffer overflow")
        }
    }

    @Test func `what sockets were opened with has a bound, and gives its room back`() async throws {
        try await Self.withWatched({ _ in }) { io, watched in
            io.namespaces { _, _ in true }.onDisconnect { _, reason, _ in watched.journal.note(reason.description) }
        } _: { port, watched in
            let auth = "{\"token\":\"\(String(repeating: "x", count: 100_000))\"}"
            let client = try await TestClient.socket(port: port)
            for number in 0..<30 {
                try await client.send("40/n\(number),\(auth)")
                guard case .text(let answer) = try await client.message(), answer.hasPrefix("40/n") else {
                    throw TestClient.TimedOut()
                }
                try await client.send("41/n\(number),")
                #expect(await watched.journal.next() == "client namespace disconnect")
                // Its room comes back a moment after its last handler.
                try await Task.sleep(for: .milliseconds(50))
            }
            for number in 0..<12 { try? await client.send("40/m\(number),\(auth)") }
            var entered = 0
            while case .text = try await client.message() { entered += 1 }
            #expect((1...10).contains(entered))
            #expect(await watched.journal.next() == "buffer overflow")
        }
    }

    @Test func `a polling client that sends more than is handled is closed`() async throws {
        try await Self.withStuckHandlers { port, watched, release in
            let polling = TestPolling(port: port)
            let sid = try await polling.open()
            _ = try await polling.post(sid, "40")
            let event = "42[\"stuck\",\(String(buffer: Self.kilobyte.text))]"
            for _ in 0..<2 {
                _ = try await polling.post(sid, Array(repeating: event, count: 60).joined(separator: "\u{1e}"))
            }
            #expect(try await polling.post(sid, event).status == 400)
            release()
            #expect(await watched.journal.next() == "buffer overflow")
        }
    }
}
