import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A connection that is made anew whenever it breaks. Commands are answered in order; while there is no connection they
/// fail at once. Thread-safe: commands of one thread are sent in that order.
final class RedisConnection: Sendable {
    /// How many commands may wait for their answers, and how many bytes of them.
    static let capacity = 10_000
    private static let byteCapacity = 64 << 20
    private static let connectTimeout = TimeAmount.seconds(5)
    /// A connection that lasted for so long was a good one.
    private static let steadyTime = TimeAmount.seconds(10)

    private struct State {
        var channel: (any Channel)?
        var isReady = false
        var wasReady = false
        var readyAt = NIODeadline.distantPast
        var isClosed = false
        var attempts = 0
        /// What is said when the channel closes.
        var reason = "the connection was not taken"
        /// What was said last; nil while Redis can be reached.
        var told: String?
        /// Who waits for a connection.
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: RedisConfiguration
    private let logger: Logger
    private let eventLoop: any EventLoop
    private let onReady: @Sendable (RedisConnection, _ isFirst: Bool) -> Void
    private let onMessage: @Sendable (_ channel: String, _ payload: ByteBuffer) -> Void
    private let state = Mutex(State())
    private let waitingBytes = Atomic(0)

    /// - Parameters:
    ///   - onReady: called on the connection's loop each time there is a new connection, before other commands.
    ///   - onMessage: called there with what is published on a channel that was subscribed to.
    init(
        _ configuration: RedisConfiguration,
        on eventLoop: any EventLoop,
        logger: Logger,
        onReady: @escaping @Sendable (RedisConnection, _ isFirst: Bool) -> Void = { _, _ in },
        onMessage: @escaping @Sendable (_ channel: String, _ payload: ByteBuffer) -> Void = { _, _ in }
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        self.onReady = onReady
        self.onMessage = onMessage
    }

    /// Whether commands are taken now.
    var isReady: Bool { self.state.withLock(\.isReady) }

    /// Begins to connect, and to stay connected until ``close()``.
    func open() {
        self.eventLoop.execute { self.connect() }
    }

    /// Ends the connection for good.
    func close() {
        let (channel, waiting) = self.state.withLock { state in
            defer { state.waiting = [] }
            state.isClosed = true
            return (state.channel, state.waiting)
        }
        channel?.close(promise: nil)
        for waiter in waiting { waiter.resume() }
    }

    /// Returns once there is a connection, or after ``close()``.
    func ready() async {
        await withCheckedContinuation { continuation in
            let isOver = self.state.withLock { state in
                guard !state.isReady, !state.isClosed else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Sends a command and waits for its answer.
    func send(_ words: String...) async throws(RedisError) -> RESPValue {
        let result: Result<RESPValue, RedisError> = await withCheckedContinuation { continuation in
            self.fire(words.map { ByteBuffer(string: $0) }) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Sends a command and waits for its answer no longer than that; then it counts as disconnected.
    func send(_ words: [String], within time: TimeAmount) async throws(RedisError) -> RESPValue {
        let promise = self.eventLoop.makePromise(of: Result<RESPValue, RedisError>.self)
        let timer = self.eventLoop.scheduleTask(in: time) { promise.succeed(.failure(.disconnected)) }
        self.fire(words.map { ByteBuffer(string: $0) }) { result in
            timer.cancel()
            promise.succeed(result)
        }
        guard let result = try? await promise.futureResult.get() else { throw .disconnected }
        return try result.get()
    }

    /// Sends a command; `done` hears on the connection's loop what came of it.
    func fire(_ words: [ByteBuffer], done: @escaping @Sendable (Result<RESPValue, RedisError>) -> Void = { _ in }) {
        let size = words.reduce(0) { $0 + $1.readableBytes }
        let done: @Sendable (Result<RESPValue, RedisError>) -> Void = { result in
            self.waitingBytes.wrappingSubtract(size, ordering: .relaxed)
            done(result)
        }
        guard self.waitingBytes.wrappingAdd(size, ordering: .relaxed).newValue <= Self.byteCapacity else {
            return done(.failure(.overloaded))
        }
        self.eventLoop.execute {
            guard let channel = self.state.withLock({ $0.isReady ? $0.channel : nil }) else {
                return done(.failure(.disconnected))
            }
            channel.writeAndFlush(RedisRequest(words: words, done: done), promise: nil)
        }
    }

    // MARK: - Connecting, on the loop

    private func connect() {
        guard self.state.withLock({ !$0.isClosed }) else { return }
        let configuration = self.configuration
        ClientBootstrap(group: self.eventLoop)
            .connectTimeout(Self.connectTimeout)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if configuration.usesTLS {
                        var tls = TLSConfiguration.makeClientConfiguration()
                        if let file = configuration.certificateAuthorities { tls.trustRoots = .file(file) }
                        let context = try NIOSSLContext(configuration: tls)
                        let isName = (try? SocketAddress(ipAddress: configuration.host, port: 0)) == nil
                        let name = isName ? configuration.host : nil
                        try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
                    }
                    try pipeline.addHandlers(
                        IdleStateHandler(readTimeout: RedisHandler.readTimeout),
                        ByteToMessageHandler(RESPDecoder()),
                        RedisHandler(logger: self.logger, self.onMessage)
                    )
                }
            }
            .connect(host: configuration.host, port: configuration.port)
            .whenComplete { result in
                switch result {
                case .success(let channel): self.greet(channel)
                case .failure(let error): self.connectLater(because: "\(error)")
                }
            }
    }

    /// Logs in and chooses the database before anything else is sent.
    private func greet(_ channel: any Channel) {
        channel.closeFuture.whenComplete { _ in self.lost(channel) }
        var words: [[String]] = []
        if let password = self.configuration.password {
            words.append(["AUTH"] + (self.configuration.username.map { [$0] } ?? []) + [password])
        }
        if self.configuration.database > 0 { words.append(["SELECT", String(self.configuration.database)]) }
        // Answers on a connection without these, too, so that a proxy without a server behind it is no connection.
        words.append(["PING"])
        let answers = words.map { words in
            let promise = self.eventLoop.makePromise(of: Void.self)
            let request = RedisRequest(words: words.map { ByteBuffer(string: $0) }) { result in
                promise.completeWith(result.map { _ in }.mapError { $0 as any Error })
            }
            channel.writeAndFlush(request, promise: nil)
            return promise.futureResult
        }
        self.state.withLock { $0.channel = channel }
        EventLoopFuture.andAllSucceed(answers, on: self.eventLoop)
            .whenComplete { result in
                switch result {
                case .success: self.begin(channel)
                case .failure(let error):
                    self.state.withLock { $0.reason = "\(error)" }
                    channel.close(promise: nil)
                }
            }
    }

    private func begin(_ channel: any Channel) {
        let (waiting, isClosed, isFirst, isBack) = self.state.withLock { state in
            defer { (state.waiting, state.wasReady, state.told) = ([], true, nil) }
            state.isReady = !state.isClosed
            state.readyAt = .now()
            state.reason = "the connection broke"
            return (state.waiting, state.isClosed, !state.wasReady, state.told != nil)
        }
        if isBack { self.logger.notice("Redis can be reached") }
        if isClosed { channel.close(promise: nil) } else { self.onReady(self, isFirst) }
        for waiter in waiting { waiter.resume() }
    }

    private func lost(_ channel: any Channel) {
        let reason = self.state.withLock { state in
            guard state.channel === channel else { return state.reason }
            defer { (state.channel, state.isReady) = (nil, false) }
            // One that breaks again and again is no better than none.
            if state.isReady, state.readyAt + Self.steadyTime <= .now() { state.attempts = 0 }
            return state.reason
        }
        self.connectLater(because: reason)
    }

    /// After a tenth of a second, doubling up to a second, half of it by chance: nodes must not come back all at once, and
    /// not so late that each means another gap.
    private func connectLater(because reason: String) {
        let (isClosed, attempts, isNews) = self.state.withLock { state in
            defer { (state.attempts, state.told) = (min(state.attempts + 1, 6), reason) }
            return (state.isClosed, state.attempts, state.told != reason)
        }
        guard !isClosed else { return }
        if isNews { self.logger.warning("Redis is out of reach", metadata: ["reason": "\(reason)"]) }
        let longest = min(100 << attempts, 1000)
        self.eventLoop.scheduleTask(in: .milliseconds(Int64.random(in: Int64(longest / 2)...Int64(longest)))) {
            self.connect()
        }
    }
}
