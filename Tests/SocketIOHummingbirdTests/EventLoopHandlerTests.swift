import EngineIO
import NIOCore
import NIOPosix
import SocketIO
import Synchronization
import Testing

/// Handlers that run on their socket's event loop.
@Suite(.timeLimit(.minutes(1)))
struct EventLoopHandlerTests {
    private var configuration: SocketIOConfiguration {
        var configuration = SocketIOConfiguration()
        configuration.runsHandlersOnEventLoop = true
        return configuration
    }

    @Test(arguments: [1, 3]) func `all that is done for a socket is done on one loop, behind a wait too`(
        loops: Int
    ) async throws {
        let journal = Journal()
        let noteLoop: @Sendable (String) -> Void = { step in
            journal.note("\(step) \(MultiThreadedEventLoopGroup.currentEventLoop?.description ?? "elsewhere")")
        }
        try await withServer(loops: loops, configuration: configuration) { io in
            let namespace = io.namespace("/")
            namespace.use { _ in noteLoop("use") }
            namespace.onConnection { _ in noteLoop("connection") }
            namespace.on("event") { socket, event in
                noteLoop("event")
                try? await Task.sleep(for: .milliseconds(10))
                noteLoop("sleep")
                await socket.join("a")
                noteLoop("join")
                event.ack?()
            }
            namespace.onDisconnect { _, _, _ in noteLoop("disconnect") }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            try await client.send(#"421["event"]"#)
            #expect(try await client.next() == .text("431[]"))
            try await client.send("41")
            let first = try #require(await journal.next())
            let loop = first.dropFirst("use ".count)
            #expect(loop != "elsewhere")
            for step in ["connection", "event", "sleep", "join", "disconnect"] {
                #expect(await journal.next() == "\(step) \(loop)")
            }
        }
    }

    @Test(arguments: [1, 3]) func `what a handler sends to one, to many and to itself arrives in that order`(
        loops: Int
    ) async throws {
        try await withServer(loops: loops, configuration: configuration) { io in
            let namespace = io.namespace("/")
            namespace.onConnection { socket in
                socket.emit("hello")
                await socket.join("room")
            }
            namespace.on("go") { socket, _ in
                for number in 0..<20 {
                    namespace.to("room").emit("many", JSON(number))
                    socket.emit("one", JSON(number))
                }
                namespace.to("room").emit("last")
                await socket.leave("room")
                namespace.to("room").emit("never")
                await withTaskExecutorPreference(globalConcurrentExecutor) { socket.emit("elsewhere") }
                namespace.emit("end")
            }
        } _: { port, _ in
            let clients = [try await TestClient.socket(port: port), try await TestClient.socket(port: port)]
            for client in clients { #expect(try await client.next() == .text(#"42["hello"]"#)) }
            try await clients[0].send(#"42["go"]"#)
            for number in 0..<20 {
                #expect(try await clients[0].next() == .text("42[\"many\",\(number)]"))
                #expect(try await clients[0].next() == .text("42[\"one\",\(number)]"))
                #expect(try await clients[1].next() == .text("42[\"many\",\(number)]"))
            }
            for line in ["last", "elsewhere", "end"] {
                #expect(try await clients[0].next() == .text("42[\"\(line)\"]"))
            }
            for line in ["last", "never", "end"] { #expect(try await clients[1].next() == .text("42[\"\(line)\"]")) }
        }
    }

    @Test func `what sockets of several loops send under a lock arrives in the order of the lock`() async throws {
        try await withServer(loops: 2, configuration: configuration) { io in
            let namespace = io.namespace("/")
            let counter = Counter()
            namespace.on("count") { _, _ in
                counter.next { namespace.emit("count", JSON($0)) }
                // The handler goes on for a while.
                let end = ContinuousClock.now + .microseconds(200)
                while .now < end {}
            }
        } _: { port, _ in
            let clients = [try await TestClient.socket(port: port), try await TestClient.socket(port: port)]
            for _ in 0..<100 {
                for client in clients { try await client.send(#"42["count"]"#) }
            }
            for client in clients {
                for number in 1...200 {
                    let heard = try await client.next()
                    #expect(heard == .text("42[\"count\",\(number)]"))
                }
            }
        }
    }

    @Test func `routes are served on the thread pool, also where the server's own tasks prefer a loop`() async throws {
        let executor = EventLoopTaskExecutor(MultiThreadedEventLoopGroup.singleton.next())
        try await withTaskExecutorPreference(executor) {
            try await withServer { port, _ in
                #expect(MultiThreadedEventLoopGroup.currentEventLoop === executor.eventLoop)
                let client = try await TestClient.connect(port: port)
                try await client.write("GET /one HTTP/1.1\r\nHost: a\r\n\r\n")
                guard case .http(let answer) = try await client.next() else { return }
                #expect(answer.lowercased().contains("server: pool\r\n") && answer.hasSuffix("router /one"))
            }
        }
    }

    @Test func `what a handler sends last is sent before the server ends`() async throws {
        let journal = Journal()
        let io = SocketIOServer(configuration: configuration, logger: quiet)
        io.namespace("/")
            .on("slow") { socket, _ in
                journal.note("begun")
                try? await Task.sleep(for: .milliseconds(300))
                socket.emit("done")
            }
        try await withServer(io: io) { port in
            let client = try await TestClient.socket(port: port)
            try await client.send(#"42["slow"]"#)
            #expect(await journal.next() == "begun")
            await io.shutdown(timeout: .seconds(20))
            #expect(try await client.next() == .text(#"42["done"]"#))
        }
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    /// - Parameter tell: Called with the next number, under the lock.
    func next(_ tell: (Int) -> Void) {
        count.withLock { count in
            count += 1
            tell(count)
        }
    }
}
