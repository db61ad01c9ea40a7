import Logging
import NIOCore
import NIOEmbedded

@testable import EngineIO

/// Input: an ``HTTPScript`` for two connections of one server, of which one has other pages. A third has opened a polling
/// session before.
enum HTTPProperties {
    private static let maxPayload = 1000
    private static let maxBufferedBytes = 2000
    /// A head, as its parts and as what is kept of it, a body, and what pools and tables take, of three connections.
    private static let maxAllocated = 1 << 20

    static func check(_ input: [UInt8], allocatedBytes: (() -> Int)?) throws(Violation) {
        let given = try Self.play(input, piece: nil, allocatedBytes)
        // Behind bytes that are no HTTP the end may come sooner or later.
        guard let given, given.onlySends, !given.brokeHTTP else { return }
        let size = given.bytes <= 4096 ? input.count % 16 + 1 : 61
        guard let cut = try Self.play(input, piece: size, allocatedBytes) else { return }
        try require(cut.statuses == given.statuses, "cut every \(size): \(cut.statuses), otherwise \(given.statuses)")
        try require(cut.frames == given.frames, "cut every \(size): \(cut.frames), otherwise \(given.frames)")
    }

    private struct Result {
        var onlySends: Bool
        var bytes: Int
        var statuses: [Int]
        var frames: [UInt8]
        var brokeHTTP: Bool
    }

    private static func play(_ input: [UInt8], piece: Int?, _ allocatedBytes: (() -> Int)?) throws(Violation) -> Result?
    {
        do {
            let trial = try Trial(allocatedBytes)
            defer { trial.tearDown() }
            var script = HTTPScript(input, sid: trial.sid)
            let onlySends = script.onlySends
            if let piece { script = script.cut(every: piece) }
            try trial.play(script)
            return try trial.end(onlySends: onlySends)
        } catch let error as Violation {
            throw error
        } catch {
            throw Violation(description: "the trial could not be set up: \(error)")
        }
    }

    /// A server with its clients, through one script.
    private final class Trial {
        struct Sessions {
            var opened: [SessionID] = []
            var closed = 0
        }

        let sid: [UInt8]
        private let loop = EmbeddedEventLoop()
        private let server: EngineServer
        private let sessions: NIOLoopBoundBox<Sessions>
        private let opener: HTTPConnection
        private var connections: [HTTPConnection]
        private var current = 0
        private let allocatedBytes: (() -> Int)?

        init(_ allocatedBytes: (() -> Int)?) throws {
            self.allocatedBytes = allocatedBytes
            let sessions = NIOLoopBoundBox(Sessions(), eventLoop: self.loop)
            self.sessions = sessions
            // The same names in each trial: they may stand in what a client sends, also masked.
            self.server = EngineServer(
                configuration: Self.configuration,
                logger: Logger(label: "fuzz"),
                makeID: { SessionID("session-\(1000 + sessions.value.opened.count)") }
            ) { connection in
                sessions.value.opened.append(connection.id)
                return Echo(connection) { sessions.value.closed += 1 }
            }
            self.opener = try HTTPConnection(self.server, loop: self.loop, fallback: nil)
            self.connections = [
                try HTTPConnection(self.server, loop: self.loop, fallback: EmptyPages()),
                try HTTPConnection(self.server, loop: self.loop, fallback: nil),
            ]
            self.opener.send(Array("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            self.sid = Array((sessions.value.opened.first?.description ?? "").utf8)
        }

        private static var configuration: EngineConfiguration {
            var configuration = EngineConfiguration()
            configuration.maxPayload = HTTPProperties.maxPayload
            configuration.maxBufferedBytes = HTTPProperties.maxBufferedBytes
            configuration.origins.allowed = ["https://shop.test"]
            configuration.pingInterval = .seconds(10)
            configuration.pingTimeout = .seconds(10)
            configuration.upgradeTimeout = .seconds(2)
            configuration.requestTimeout = .seconds(2)
            configuration.keepAliveTimeout = .seconds(2)
            configuration.messageTimeout = .seconds(2)
            return configuration
        }

        func play(_ script: HTTPScript) throws {
            // A script of tiny pieces is larger than what it makes the server allocate.
            let allocatedBefore = self.allocatedBytes?() ?? 0
            for step in script.steps {
                let connection = self.connections[self.current]
                switch step {
                case .send(let bytes): connection.send(bytes)
                case .otherConnection: self.current = 1 - self.current
                case .finish: connection.finish()
                case .stopReading: connection.setReading(false)
                case .readOn: connection.setReading(true)
                case .wait: self.loop.advanceTime(by: .seconds(1))
                }
                for connection in self.connections { connection.settle() }
                try self.checkMemory(since: allocatedBefore)
            }
        }

        private func checkMemory(since allocatedBefore: Int) throws(Violation) {
            // One answer may come on top, as large as the largest message or what waited for a poll.
            let bound = 2 * (HTTPProperties.maxBufferedBytes + HTTPConnection.highWatermark)
            for connection in self.connections {
                try require(connection.waitingBytes <= bound, "\(connection.waitingBytes) bytes wait for a client")
            }
            guard let allocatedBytes else { return }
            let own = self.connections.reduce(0) { $0 + $1.sent.capacity + $1.output.capacity }
            let growth = allocatedBytes() - allocatedBefore - own
            try require(growth <= HTTPProperties.maxAllocated, "\(growth) bytes allocated")
        }

        /// Nothing more comes. Every timeout passes once, and everything has ended.
        func end(onlySends: Bool) throws -> Result {
            let everyTimeout = TimeAmount.seconds(40)
            self.loop.advanceTime(by: everyTimeout)
            // A request that ended may let the server read the next ones, with timeouts of their own.
            while self.connections.map({ $0.settle() }).contains(true) { self.loop.advanceTime(by: everyTimeout) }
            var transcripts: [HTTPTranscript] = []
            for connection in self.connections + [self.opener] {
                try require(!connection.isActive, "a connection is open after every timeout has passed")
                connection.settle()
                let transcript = try HTTPTranscript(
                    sent: connection.sent,
                    output: connection.output,
                    isWhole: onlySends
                )
                transcripts.append(transcript)
            }
            let (opened, closed) = (self.sessions.value.opened.count, self.sessions.value.closed)
            try require(self.server.sessionCount == 0, "\(self.server.sessionCount) sessions are left")
            try require(opened == closed, "\(opened) sessions opened, \(closed) closed")
            return Result(
                onlySends: onlySends,
                bytes: self.connections[0].sent.count,
                statuses: transcripts[0].statuses,
                frames: Array(transcripts[0].frames),
                brokeHTTP: transcripts[0].brokeHTTP
            )
        }

        func tearDown() {
            for connection in self.connections + [self.opener] { connection.tearDown() }
            _ = try? self.loop.syncShutdownGracefully()
        }
    }

    /// Sends every message back.
    private final class Echo: EngineConnectionDelegate {
        private unowned let connection: EngineConnection
        private let ended: () -> Void

        init(_ connection: EngineConnection, ended: @escaping () -> Void) {
            self.connection = connection
            self.ended = ended
        }

        func received(text: ByteBuffer) {
            self.connection.send(OutboundMessage { $0.writeImmutableBuffer(text) })
        }
        func received(binary: ByteBuffer) { self.connection.send(OutboundMessage(binary: binary)) }
        func closed(_ reason: CloseReason) { self.ended() }
    }
}
