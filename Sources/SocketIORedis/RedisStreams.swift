import EngineIO
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
/// them. When it is back, the stream is read on from where it was, and `onGap` of
/// ``init(_:options:logger:onGap:)`` is told once, on this server and on the others. Thread-safe.
public final class RedisStreams: Sendable {
    /// What may be changed if all servers of the cluster do.
    public struct Options: Sendable, Equatable {
        /// The stream's key. Default `socket.io`.
        public var stream = "socket.io"
        /// How channels of requests and answers begin. Default `socket.io`.
        public var channelPrefix = "socket.io"
        /// About how many entries the stream keeps. Who is away for longer, or reads more slowly than others write, has a
        /// gap. Default 10,000.
        public var maxLength = 10_000
        /// How long to wait for answers of other servers, unless a call says otherwise. Default 5 s.
        public var timeout = Duration.seconds(5)

        /// The defaults.
        public init() {}
    }

    /// A server may have sockets by then.
    private static let longStart = Duration.seconds(1)
    /// How many entries are read at once.
    private static let mostEntries = 100
    /// Milliseconds that a read waits for an entry.
    private static let block = 5000

    /// Names this server among the others.
    let id: String
    let options: Options
    let requests = PendingRequests()
    /// Told, too, when another server was cut off: what it sent meanwhile has not come.
    let gaps: Gaps
    private let logger: Logger
    let publisher: RedisConnection
    private let reader: RedisConnection
    private let subscriber: RedisConnection
    private let adapters: Adapters
    private let losses: Losses
    private let isRefused = Atomic(false)
    /// What came over channels, and what applications do about events of other servers, each in the order it came.
    private let published = AsyncStream.makeStream(of: ClusterMessage.self, bufferingPolicy: .bufferingOldest(10_000))
    private let serverEvents = AsyncStream.makeStream(
        of: (@Sendable () async -> Void).self,
        bufferingPolicy: .bufferingOldest(10_000)
    )

    /// A connection to a cluster, not made yet: see ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: where Redis is.
    ///   - options: see ``Options``.
    ///   - logger: told when Redis goes and comes.
    ///   - onGap: called when broadcasts may have been missed, because this server or another one was cut off from Redis, or
    ///     reads more slowly than others write: ask your clients to look for what they lack. Called 1.5 s after the first
    ///     sign, once for all signs until then, and at most every 5 s. Default nothing.
    public init(
        _ configuration: RedisConfiguration,
        options: Options = Options(),
        logger: Logger,
        onGap: @escaping @Sendable () -> Void = {}
    ) {
        let loops = MultiThreadedEventLoopGroup.singleton
        let (id, prefix) = (SessionID.random().description, options.channelPrefix)
        let (adapters, gaps, losses) = (Adapters(), Gaps(onGap), Losses())
        let published = self.published.continuation
        self.id = id
        self.options = options
        self.logger = logger
        self.gaps = gaps
        self.adapters = adapters
        self.losses = losses
        self.publisher = RedisConnection(
            configuration,
            on: loops.next(),
            logger: logger,
            onReady: { connection, _ in Self.announce(losses, of: id, in: adapters.namespaces, options, connection) }
        )
        self.reader = RedisConnection(configuration, on: loops.next(), logger: logger)
        self.subscriber = RedisConnection(
            configuration,
            on: loops.next(),
            logger: logger,
            onReady: { connection, isFirst in
                adapters.forEachNamespace { Self.subscribe(connection, prefix, $0, id) }
                if !isFirst { gaps.note() }
            },
            onMessage: { _, payload in
                guard let message = ClusterMessage(payload: payload) else { return }
                if case .dropped = published.yield(message) { gaps.note() }
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
        self.adapters.add(adapter, for: local.namespace) {
            guard self.subscriber.isReady else { return }
            Self.subscribe(self.subscriber, self.options.channelPrefix, local.namespace, self.id)
        }
        return adapter
    }

    /// Connects, and reads the stream until the task is cancelled. Call it once.
    public func run() async {
        for connection in [self.publisher, self.reader, self.subscriber] { connection.open() }
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.read() }
                group.addTask {
                    for await message in self.published.stream {
                        await self.adapters[message.namespace]?.receive(message)
                    }
                }
                group.addTask { for await work in self.serverEvents.stream { await work() } }
            }
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
        Self.append(message, self.options, self.publisher) { result in
            guard case .failure(let error) = result else {
                self.isRefused.store(false, ordering: .relaxed)
                return Self.announce(
                    self.losses,
                    of: self.id,
                    in: self.adapters.namespaces,
                    self.options,
                    self.publisher
                )
            }
            self.losses.note()
            // Said once: where one is refused, as by a full memory, so are all.
            guard case .refused(let reason) = error, !self.isRefused.exchange(true, ordering: .relaxed) else { return }
            self.logger.error("Redis takes no entries", metadata: ["reason": "\(reason)"])
        }
    }

    /// Tells the others that something has not come to them, by a heartbeat that begins anew.
    private static func announce(
        _ losses: Losses,
        of id: String,
        in namespaces: @autoclosure () -> [String],
        _ options: Options,
        _ connection: RedisConnection
    ) {
        guard losses.take() else { return }
        for name in namespaces() {
            Self.append(ClusterMessage(.initialHeartbeat, from: id, in: name), options, connection) { result in
                if case .failure = result { losses.note() }
            }
        }
    }

    private static func append(
        _ message: ClusterMessage,
        _ options: Options,
        _ connection: RedisConnection,
        done: @escaping @Sendable (Result<RESPValue, RedisError>) -> Void
    ) {
        var words = ["XADD", options.stream, "MAXLEN", "~", String(options.maxLength), "*"]
            .map { ByteBuffer(string: $0) }
        for (name, value) in message.entry { words += [ByteBuffer(string: name), value] }
        connection.fire(words, done: done)
    }

    /// Runs `work` behind what was given before.
    func inTurn(_ work: @escaping @Sendable () async -> Void) {
        if case .dropped = self.serverEvents.continuation.yield(work) { self.gaps.note() }
    }

    /// Tells all other servers.
    func publish(_ message: ClusterMessage) {
        self.publish(message, on: Self.channel(self.options.channelPrefix, message.namespace)) { [losses] result in
            if case .failure = result { losses.note() }
        }
    }

    /// Asks all other servers that have the namespace now. Nobody answers without a connection.
    func ask(
        fromSockets: Bool = false,
        within timeout: Duration,
        _ question: (_ id: String) -> ClusterMessage
    ) async -> PendingRequests.Found {
        await self.requests.answers(fromSockets: fromSockets, within: timeout) { id in
            let message = question(id)
            self.publish(message, on: Self.channel(self.options.channelPrefix, message.namespace)) { result in
                guard case .success(.integer(let servers)) = result else {
                    return self.requests.expect(servers: 0, for: id)
                }
                self.requests.expect(servers: servers, for: id)
            }
        }
    }

    /// Answers one of them.
    func publish(_ message: ClusterMessage, to server: String) {
        self.publish(message, on: Self.channel(self.options.channelPrefix, message.namespace, server))
    }

    private func publish(
        _ message: ClusterMessage,
        on channel: String,
        done: @escaping @Sendable (Result<RESPValue, RedisError>) -> Void = { _ in }
    ) {
        let words = [ByteBuffer(string: "PUBLISH"), ByteBuffer(string: channel), message.payload]
        self.publisher.fire(words, done: done)
    }

    /// The adapter is gone. The namespace may have another one by now.
    func forget(_ adapter: ObjectIdentifier, of namespace: String) {
        self.adapters.remove(adapter, of: namespace) {
            for channel in [nil, self.id] {
                let name = Self.channel(self.options.channelPrefix, namespace, channel)
                self.subscriber.fire([ByteBuffer(string: "UNSUBSCRIBE"), ByteBuffer(string: name)])
            }
        }
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
        var cursor: StreamCursor?
        var mayHaveMissed = false
        let start = ContinuousClock.now
        while !Task.isCancelled {
            await self.reader.ready()
            do throws(RedisError) {
                guard var position = cursor else {
                    // Found once: whoever reads from the stream's end, as `$` says it, misses what comes between two reads.
                    cursor = self.cursor(behind: try await self.newest())
                    // The sockets that came meanwhile have heard of nothing.
                    if start + Self.longStart < .now { self.gaps.note() }
                    continue
                }
                if mayHaveMissed {
                    mayHaveMissed = false
                    // A Redis that came back empty, and with an earlier clock, gives lower ids again.
                    let newest = try await self.newest()
                    if newest < position.last { cursor = self.cursor(behind: newest) }
                    self.gaps.note()
                    continue
                }
                let last = position.last
                let batch = position.advance(over: try await self.entries(at: position))
                cursor = position
                for message in batch.messages { await self.adapters[message.namespace]?.receive(message) }
                if batch.isIncomplete {
                    self.logger.error("An entry of the stream is too long to be read")
                    self.gaps.note()
                }
                // Asked behind the entries: what stands there still was there when they were read. Of a stream that was empty
                // nobody knows.
                if batch.isFull, last > .first, let oldest = try await self.id(of: "XRANGE", "-", "+"), oldest > last {
                    self.logger.warning("The stream was trimmed before it was read")
                    self.gaps.note()
                }
            } catch {
                mayHaveMissed = cursor != nil
                guard case .refused(let reason) = error else { continue }
                self.logger.error("Redis does not let us read", metadata: ["reason": "\(reason)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func cursor(behind last: StreamID) -> StreamCursor {
        StreamCursor(behind: last, mostEntries: min(max(self.options.maxLength, 1), Self.mostEntries))
    }

    private func newest() async throws(RedisError) -> StreamID {
        try await self.id(of: "XREVRANGE", "+", "-") ?? .first
    }

    /// Of the first entry of a range.
    private func id(of command: String, _ from: String, _ to: String) async throws(RedisError) -> StreamID? {
        let answer = try await self.reader.send(command, self.options.stream, from, to, "COUNT", "1")
        return answer.elements?.first?.elements?.first?.string.flatMap(StreamID.init)
    }

    private func entries(at cursor: StreamCursor) async throws(RedisError) -> RESPValue {
        try await self.reader.send(
            "XREAD",
            "COUNT",
            String(cursor.count),
            "BLOCK",
            String(Self.block),
            "STREAMS",
            self.options.stream,
            cursor.last.description
        )
    }
}
