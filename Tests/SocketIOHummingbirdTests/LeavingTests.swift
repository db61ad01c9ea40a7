import EngineIO
import SocketIO
import Testing

/// How sockets and connections end.
@Suite(.timeLimit(.minutes(1)))
struct LeavingTests {
    @Test func `leaving is told with its official reason and the rooms, from both sides`() async throws {
        let journal = Journal()
        try await withServer { io in
            let namespace = io.namespace("/")
            namespace.on("join") { socket, event in
                await socket.join("r1", "r2")
                event.ack?()
            }
            namespace.on("kick") { socket, _ in socket.disconnect() }
            namespace.on("ban") { _, _ in namespace.disconnectSockets(in: "r1", closeConnection: true) }
            namespace.onDisconnect { socket, reason, rooms in
                journal.note("\(reason) \(rooms.sorted()) \(await socket.rooms().count)")
            }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            try await client.send(#"421["join"]"#)
            _ = try await client.next()
            try await client.send("41")
            #expect(await journal.next() == "client namespace disconnect [\"r1\", \"r2\"] 0")

            try await client.send("40")
            _ = try await client.next()
            try await client.send(#"42["kick"]"#)
            #expect(try await client.next() == .text("41"))
            #expect(await journal.next() == "server namespace disconnect [] 0")
            try await client.send(#"42["kick"]"#)

            try await client.send("40")
            _ = try await client.next()
            try await client.send(#"421["join"]"#)
            _ = try await client.next()
            try await client.send(#"42["ban"]"#)
            #expect(try await client.next() == .text("41"))
            #expect(try await client.next() == .close(1000))
            #expect(await journal.next() == "server namespace disconnect [\"r1\", \"r2\"] 0")

            let other = try await TestClient.socket(port: port)
            try await other.close()
            #expect(await journal.next() == "transport close [] 0")
        }
    }

    @Test func `what a socket sent before the server made it leave is not handled afterwards`() async throws {
        let journal = Journal()
        try await withServer { io in
            let namespace = io.namespace("/")
            namespace.on("first") { socket, _ in
                socket.disconnect()
                // The connection's own loop has run this once a room can be asked for.
                _ = await socket.rooms()
            }
            namespace.on("second") { _, _ in journal.note("handled") }
            namespace.onDisconnect { _, reason, _ in journal.note(reason.description) }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            for _ in 0..<20 { try await client.send(#"42["first"]"#) }
            for _ in 0..<20 { try await client.send(#"42["second"]"#) }
            #expect(await journal.next() == "server namespace disconnect")
        }
    }

    @Test func `who answers no ping leaves by ping timeout`() async throws {
        let journal = Journal()
        var configuration = SocketIOConfiguration()
        (configuration.engine.pingInterval, configuration.engine.pingTimeout) = (.seconds(2), .seconds(1))
        try await withServer(configuration: configuration) { io in
            io.namespace("/").onDisconnect { _, reason, _ in journal.note(reason.description) }
        } _: { port, _ in
            let silent = try await TestClient.socket(port: port)
            #expect(await journal.next() == "ping timeout")
            try? await silent.close()
        }
    }

    @Test func `every end of a connection has its official name`() async throws {
        let journal = Journal()
        try await withServer { io in
            io.namespace("/").onDisconnect { _, reason, _ in journal.note(reason.description) }
        } _: { port, _ in
            let ends: [(send: TestFrame, reason: String)] = [
                (TestFrame(.text, "1"), "transport close"),
                (TestFrame.close(1000), "transport close"),
                (TestFrame(.text, "4abc"), "parse error"),
                (TestFrame(.text, "x"), "parse error"),
                (TestFrame(.text, "2"), "transport error"),
                (TestFrame(.text, [0x34, 0xff]), "transport error"),
                (TestFrame(.text, "41"), "client namespace disconnect"),
            ]
            for end in ends {
                let client = try await TestClient.socket(port: port)
                try await client.send(end.send)
                #expect(await journal.next() == end.reason)
            }
            let reset = try await TestClient.socket(port: port)
            try await reset.reset()
            let reason = await journal.next()
            #expect(reason == "transport error" || reason == "transport close")
        }
    }
}
