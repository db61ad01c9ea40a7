import SocketIO
import Testing

/// The router and both transports on one port.
@Suite(.timeLimit(.minutes(1)))
struct OnePortTests {
    @Test func `router, polling and WebSocket share a port and even a connection`() async throws {
        try await withServer { io in
            io.namespace("/")
                .on("echo") { socket, event in socket.emit(EventPacket(name: "echo", arguments: event.arguments)) }
        } _: { port, _ in
            let client = try await TestClient.connect(port: port)
            for path in ["/one", "/two"] {
                try await client.write("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                guard case .http(let answer) = try await client.next() else { return }
                #expect(answer.hasSuffix("router \(path)"))
            }
            _ = try await client.handshake()
            try await client.upgrade()
            _ = try await client.next()
            try await client.send("40")
            _ = try await client.next()
            try await client.send(#"42["echo",1]"#)
            #expect(try await client.next() == .text(#"42["echo",1]"#))
        }
    }
}
