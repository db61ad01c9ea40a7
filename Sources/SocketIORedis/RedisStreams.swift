public import Logging
import NIOCore
import NIOPosix
public import SocketIO
import Synchronization

/// Connects the Socket.IO servers of a cluster by a stream in Redis: what one of them sends to a room reaches the room's
/// sockets on all. On the wire it is the reference's adapter for Redis Streams (@socket.io/redis-streams-adapter 0.3), so
/// that servers and emitters of other languages take part.
///
/// ```swift
/// import Logging
/// import SocketIO
/// import SocketIORedis
///
/// let logger = Logger(label: "chat")
/// let streams = RedisStreams(try RedisConfiguration(url: "redis://127.0.0.1"), logger: logger)
/// let io = SocketIOServer(logger: logger, adapter: { streams.adapter(around: $0) })
/// async let reading: Void = streams.run()
/// ```
///
/// While Redis is out of reach, sockets of this server are served as before, and what is meant for others is lost to
/// them. When it is back, the stream is read on from where it was. If entries were trimmed meanwhile, or Redis has lost
/// them, ``init(_:options:logger:onGap:)``'s `onGap` is told. Thread-safe.
public final class RedisStreams: Sendable {
    /// What may be changed if all servers of the cluster do.
    public struct Options: Sendable, Equatable {
        /// The stream's key. Default `socket.io`.
        public var stream = "socket.io"
        /// How channels of requests and answers begin. Default `socket.io`.
        public var channelPrefix = "socket.io"
        /// About how many entries the stream keeps. Who is away for longer has a gap. Default 10,000.
        public var maxLength = 10_000
        /// How long to wait for answers of other servers, unless a call says otherwise. Default 5 s.
        public var timeout = Duration.seconds(5)

        /// The defaults.
        public init() {}
    }

    /// How many entries are read at once.
    private static let readCount = 100
    /// Milliseconds that a read waits for an entry.
    private static let block = 5000

    /// Names this server among the others.
    let id: String
    let options: Options
    let logger: Logger
    let requests = PendingRequests()
    private let publisher: RedisConnection
    private let reader: RedisConnection
    private let subscriber: RedisConnection
    private let onGap: @Sendable () -> Void
    private let adapters: Adapters
    private let isRefused = Atomic(false)

    /// A connection to a cluster, not made yet: see ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: where Redis is.
    ///   - options: see ``Options``.
    ///   - logger: told when Redis goes and comes.
    ///   - onGap: called when entries may have been missed: ask your clients to look for what they lack. Default nothing.
    public init(
        _ configuration: RedisConfiguration,
        options: Options = Options(),
        logger: Logger,
        onGap: @escaping @Sendable () -> Void = {}
    ) {
        let loops = MultiThreadedEventLoopGroup.singleton
        let (id, adapters, prefix) = (RandomName.make(), Adapters(), options.channelPrefix)
        self.id = id
        self.options = options
        self.logger = logger
        self.onGap = onGap
        self.adapters = adapters
        self.publisher = RedisConnection(configuration, on: loops.next(), logger: logger)
        self.reader = RedisConnection(configuration, on: loops.next(), logger: logger)
        self.subscriber = RedisConnection(
            configuration,
            on: loops.next(),
            logger: logger,
            onReady: { connection in
                for name in adapters.namespaces { Self.subscribe(connection, prefix, name, id) }
            },
            onMessage: { _, payload in
                guard let message = ClusterMessage(payload: payload) else { return }
                adapters[message.namespace]?.receive(message)
            }
        )
    }

    /// Whether Redis can be reached and written to. False before ``run()``.
    public var isConnected: Bool {
        self.publisher.isReady && self.reader.isReady && self.subscriber.isReady
    }

    /// An adapter for one namespace; see `SocketIOServer.init(configuration:logger:adapter:)`.
    ///
    /// - Parameter local: the namespace's local adapter.
    public func adapter(around local: LocalAdapter) -> any Adapter {
        let adapter = StreamAdapter(local, self)
        self.adapters.add(adapter, for: local.namespace)
        if self.subscriber.isReady {
            Self.subscribe(self.subscriber, self.options.channelPrefix, local.namespace, self.id)
        }
        return adapter
    }

    /// Connects, and reads the stream until the task is cancelled. Call it once.
    public func run() async {
        for connection in [self.publisher, self.reader, self.subscriber] { connection.open() }
        await withTaskCancellationHandler {
            await self.read()
        } onCancel: {
            for connection in [self.publisher, self.reader, self.subscriber] { connection.close() }
        }
    }

    /// Returns once ``isConnected``, or when the task of ``run()`` was cancelled.
    public func connected() async {
        for connection in [self.publisher, self.reader, self.subscriber] { await connection.ready() }
    }

    // MARK: - Sending

    /// Appends to the stream, in the order of the calls of one thread.
    func append(_ message: ClusterMessage) {
        var words = ["XADD", self.options.stream, "MAXLEN", "~", String(self.options.maxLength), "*"]
            .map { ByteBuffer(string: $0) }
        for (name, value) in message.entry { words += [ByteBuffer(string: name), value] }
        self.publisher.fire(words) { result in
            // Said once: where one is refused, as by a full memory, so are all.
            switch result {
            case .failure(.refused(let reason)):
                guard !self.isRefused.exchange(true, ordering: .relaxed) else { return }
                self.logger.error("Redis takes no entries", metadata: ["reason": "\(reason)"])
            case .failure: break
            case .success: self.isRefused.store(false, ordering: .relaxed)
            }
        }
    }

    /// Asks all other servers.
    func publish(_ message: ClusterMessage) {
        self.publish(message, on: Self.channel(self.options.channelPrefix, message.namespace))
    }

    /// Answers one of them.
    func publish(_ message: ClusterMessage, to server: String) {
        self.publish(message, on: Self.channel(self.options.channelPrefix, message.namespace, server))
    }

    private func publish(_ message: ClusterMessage, on channel: String) {
        self.publisher.fire([ByteBuffer(string: "PUBLISH"), ByteBuffer(string: channel), message.payload])
    }

    /// How many other servers have the namespace now. 0 without a connection.
    func countOthers(in namespace: String) async -> Int {
        let channel = Self.channel(self.options.channelPrefix, namespace)
        guard case .array(let counts?)? = try? await self.publisher.send("PUBSUB", "NUMSUB", channel),
            case .integer(let count)? = counts.last
        else { return 0 }
        return max(0, count - 1)
    }

    // MARK: - Channels

    private static func channel(_ prefix: String, _ namespace: String, _ server: String? = nil) -> String {
        "\(prefix)#\(namespace)#" + (server.map { "\($0)#" } ?? "")
    }

    private static func subscribe(_ connection: RedisConnection, _ prefix: String, _ namespace: String, _ id: String) {
        for channel in [Self.channel(prefix, namespace), Self.channel(prefix, namespace, id)] {
            connection.fire([ByteBuffer(string: "SUBSCRIBE"), ByteBuffer(string: channel)])
        }
    }

    // MARK: - Reading

    private func read() async {
        var last: String?
        var mayHaveMissed = false
        while !Task.isCancelled {
            await self.reader.ready()
            do throws(RedisError) {
                // Found once: whoever reads from the stream's end, as `$` says it, misses what comes between two reads.
                if last == nil { last = try await self.newest() ?? "0-0" }
                guard let seen = last else { continue }
                if mayHaveMissed, try await !self.holds(seen) { self.onGap() }
                mayHaveMissed = false
                last = try await self.readEntries(behind: seen)
            } catch {
                mayHaveMissed = last != nil
                guard case .refused(let reason) = error else { continue }
                self.logger.error("Redis does not let us read", metadata: ["reason": "\(reason)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func newest() async throws(RedisError) -> String? {
        let answer = try await self.reader.send("XREVRANGE", self.options.stream, "+", "-", "COUNT", "1")
        return answer.elements?.first?.elements?.first?.string
    }

    /// Whether the entry that was read last is there still: then so is all that came behind it.
    private func holds(_ id: String) async throws(RedisError) -> Bool {
        guard id != "0-0" else { return true }
        return try await self.reader.send("XRANGE", self.options.stream, id, id).elements?.isEmpty == false
    }

    /// - Returns: the id of the last entry read.
    private func readEntries(behind last: String) async throws(RedisError) -> String {
        let answer = try await self.reader.send(
            "XREAD",
            "COUNT",
            String(Self.readCount),
            "BLOCK",
            String(Self.block),
            "STREAMS",
            self.options.stream,
            last
        )
        var last = last
        for entry in answer.elements?.first?.elements?.last?.elements ?? [] {
            guard let parts = entry.elements, parts.count == 2, let id = parts[0].string else { continue }
            last = id
            guard let fields = parts[1].elements, let message = ClusterMessage(entry: fields) else { continue }
            self.adapters[message.namespace]?.receive(message)
        }
        return last
    }
}

/// The adapters by namespace. It keeps none: a namespace by pattern goes with its last client.
private final class Adapters: Sendable {
    private struct Entry: Sendable {
        weak let adapter: StreamAdapter?
    }

    private let entries = Mutex<[String: Entry]>([:])

    var namespaces: [String] { self.entries.withLock { Array($0.keys) } }

    func add(_ adapter: StreamAdapter, for namespace: String) {
        self.entries.withLock { entries in
            entries = entries.filter { $0.value.adapter != nil }
            entries[namespace] = Entry(adapter: adapter)
        }
    }

    subscript(namespace: String) -> StreamAdapter? {
        self.entries.withLock { $0[namespace] }?.adapter
    }
}

/// Names that nobody else has made.
enum RandomName {
    static func make() -> String {
        let letters = Array("0123456789abcdef")
        return String((0..<16).map { _ in letters.randomElement() ?? "0" })
    }
}
