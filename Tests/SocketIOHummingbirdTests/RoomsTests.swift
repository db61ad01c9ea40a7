import SocketIO
import Testing

/// Rooms, and what is done to many sockets at once.
@Suite(.timeLimit(.minutes(1)))
struct RoomsTests {
    @Test(arguments: [1, 3]) func `rooms are unions, exceptions win, across event loops`(loops: Int) async throws {
        try await withServer(loops: loops) { io in
            let namespace = io.namespace("/")
            namespace.on("join") { socket, event in
                for room in event.arguments.compactMap(\.string) { await socket.join(room) }
                event.ack?()
            }
            namespace.on("leave") { socket, event in
                await socket.leave(event.arguments.first?.string ?? "")
                event.ack?()
            }
            namespace.on("shout") { socket, event in
                namespace.to("a").to("b").except("quiet").emit(EventPacket(name: "shout", arguments: event.arguments))
                socket.to("a").emit("others")
                namespace.emit("all")
            }
        } _: { port, _ in
            var clients: [TestClient] = []
            for rooms in [#""a""#, #""a","b""#, #""b","quiet""#, #""c""#] {
                let client = try await TestClient.socket(port: port)
                try await client.send("421[\"join\",\(rooms)]")
                #expect(try await client.next() == .text("431[]"))
                clients.append(client)
            }
            try await clients[0].send(#"42["shout",1]"#)
            let expected = [
                [#"42["shout",1]"#, #"42["all"]"#], [#"42["shout",1]"#, #"42["others"]"#, #"42["all"]"#],
                [#"42["all"]"#],
                [#"42["all"]"#],
            ]
            for (client, lines) in zip(clients, expected) {
                for line in lines { #expect(try await client.next() == .text(line)) }
            }
            try await clients[1].send(#"422["leave","a"]"#)
            #expect(try await clients[1].next() == .text("432[]"))
            try await clients[0].send(#"42["shout",2]"#)
            #expect(try await clients[1].next() == .text(#"42["shout",2]"#))
            #expect(try await clients[1].next() == .text(#"42["all"]"#), "still in b, no more in a")
        }
    }

    @Test func `many sockets are fetched, moved between rooms and sent away`() async throws {
        let journal = Journal()
        try await withServer(loops: 3) { io in
            let namespace = io.namespace("/")
            namespace.onConnection { socket in socket.data.shared = JSON("someone") }
            namespace.on("join") { socket, event in
                await socket.join("a")
                event.ack?()
            }
            namespace.on("move") { _, event in
                await namespace.to("a").socketsJoin("b", "c")
                await namespace.to("a").socketsLeave("a", "c")
                let all = await namespace.everyone.fetchSockets()
                let moved = await namespace.everyone.in("b").fetchSockets()
                journal.note(
                    "\(all.count) \(moved.count) \(Set(moved.map(\.rooms))) \(Set(moved.compactMap(\.data.string)))"
                )
                namespace.to("b").disconnectSockets()
            }
        } _: { port, _ in
            let outsider = try await TestClient.socket(port: port)
            var insiders: [TestClient] = []
            for _ in 0..<4 {
                let client = try await TestClient.socket(port: port)
                try await client.send(#"421["join"]"#)
                _ = try await client.next()
                insiders.append(client)
            }
            try await outsider.send(#"42["move"]"#)
            #expect(await journal.next() == #"5 4 [Set(["b"])] ["someone"]"#)
            for client in insiders { #expect(try await client.next() == .text("41")) }
        }
    }

    @Test func `what goes to other servers stays away from this one`() async throws {
        let journal = Journal()
        try await withServer { io in
            let namespace = io.namespace("/")
            namespace.onServerSide("news") { _ in
                journal.note("heard")
                return []
            }
            namespace.on("tell") { _, event in
                namespace.serverSideEmit("news")
                let answers = await namespace.serverSideEmitWithAck("news", timeout: .seconds(1))
                journal.note("\(answers.answers.count) \(answers.missing)")
            }
        } _: { port, _ in
            try await TestClient.socket(port: port).send(#"42["tell"]"#)
            #expect(await journal.next() == "0 0")
        }
    }
}
