import ArgumentParser
import EngineIO
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SocketIO
import SocketIOHummingbird
import UnixSignals

/// The server that the public Engine.IO and Socket.IO protocol suites run against.
@main
struct ConformanceServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "socketio-conformance")

    enum Mode: String, ExpressibleByArgument {
        /// What the Socket.IO suite expects.
        case socketio
        /// What the Engine.IO suite expects.
        case engineio
        /// As `socketio`, and more for clients of other makers.
        case features
    }

    @Option(help: "Loopback port to listen on; 0 takes a free one.") var port = 3000
    @Option(help: "Path of the protocol, with its trailing slash.") var path = "/socket.io/"
    @Option(help: "What to serve: socketio or engineio, as the suites want it, or features for other clients.")
    var mode = Mode.socketio
    @Option(help: "Milliseconds between pings.") var pingInterval = 25_000
    @Option(help: "Milliseconds a client has for its pong.") var pingTimeout = 20_000
    @Option(help: "Milliseconds a client has to enter a namespace.") var connectTimeout = 45_000
    @Option(help: "Bytes of the largest message.") var maxPayload = 1_000_000
    @Option(help: "Event loops; 0 means one per core.") var loops = 0

    func run() async throws {
        var logger = Logger(label: "conformance", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .warning
        let loopCount = self.loops > 0 ? self.loops : System.coreCount
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loopCount)
        let io: SocketIOServer? = self.mode == .engineio ? nil : self.makeSocketIO(logger)
        let engine = io?.engine ?? self.makeEngine(logger)
        let channel = SocketIOChannel(engine: engine) { _, writer, _ in
            let body = try await writer.writeHead(.init(status: .notFound, headerFields: [.contentLength: "0"]))
            try await body.finish(nil)
        }
        let server = channel.server(
            configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: self.port)),
            onServerRunning: { channel in
                // Not `print`, which keeps its text to itself where the output is a pipe.
                let line = "listening on http://127.0.0.1:\(channel.localAddress?.port ?? 0)\n"
                try? FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
            },
            eventLoopGroup: group,
            logger: logger
        )
        let services = ServiceGroup(
            services: [server, io.map { SocketIOService($0) } ?? EngineService(engine)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await services.run()
    }

    private var engineConfiguration: EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.path = self.path
        configuration.pingInterval = .milliseconds(self.pingInterval)
        configuration.pingTimeout = .milliseconds(self.pingTimeout)
        configuration.maxPayload = self.maxPayload
        return configuration
    }

    /// Echoes every message, text as text and binary as binary.
    private func makeEngine(_ logger: Logger) -> EngineServer {
        EngineServer(configuration: self.engineConfiguration, logger: logger) { EngineEcho($0) }
    }

    private func makeSocketIO(_ logger: Logger) -> SocketIOServer {
        var configuration = SocketIOConfiguration()
        configuration.engine = self.engineConfiguration
        configuration.connectTimeout = .milliseconds(self.connectTimeout)
        let io = SocketIOServer(configuration: configuration, logger: logger)
        io.echoForSuite()
        if self.mode == .features { io.addFeatures() }
        return io
    }
}
