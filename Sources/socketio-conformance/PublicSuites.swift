package import EngineIO
package import NIOCore
import ServiceLifecycle
package import SocketIO

/// Sends every message back, text as text and binary as binary: what the Engine.IO suite expects.
package final class EngineEcho: EngineConnectionDelegate {
    private unowned let connection: EngineConnection

    /// Echoes on `connection`.
    package init(_ connection: EngineConnection) {
        self.connection = connection
    }

    package func received(text: ByteBuffer) {
        self.connection.send(OutboundMessage(textCapacity: text.readableBytes) { $0.writeImmutableBuffer(text) })
    }

    package func received(binary: ByteBuffer) {
        self.connection.send(OutboundMessage(binary: binary))
    }

    package func closed(_ reason: CloseReason) {}
}

extension SocketIOServer {
    /// What the Socket.IO suite expects: `auth` on connection in `/` and `/custom`, and echoes with and without ack in `/`.
    package func echoForSuite() {
        for name in ["/", "/custom"] {
            self.namespace(name).onConnection { socket in socket.emit("auth", socket.auth) }
        }
        let main = self.namespace("/")
        main.on("message") { socket, event in
            socket.emit(EventPacket(name: "message-back", arguments: event.arguments, attachments: event.attachments))
        }
        main.on("message-with-ack") { _, event in
            event.ack?.send(event.arguments, attachments: event.attachments)
        }
    }
}

/// Ends an Engine.IO server's connections when its service group shuts down.
package struct EngineService: Service {
    private let engine: EngineServer

    /// Ends those of `engine`.
    package init(_ engine: EngineServer) {
        self.engine = engine
    }

    package func run() async throws {
        try await gracefulShutdown()
        await self.engine.shutdown()
    }
}
