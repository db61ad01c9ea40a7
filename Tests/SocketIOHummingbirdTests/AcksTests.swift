import SocketIO
import Testing

/// Answers the server asks for.
@Suite(.timeLimit(.minutes(1)))
struct AcksTests {
    @Test func `the server asks for an ack, and is told of silence and of leaving`() async throws {
        let journal = Journal()
        try await withServer { io in
            io.namespace("/")
                .on("start") { socket, _ in
                    do throws(AckError) {
                        let answer = try await socket.emitWithAck("question", JSON(1))
                        journal.note("answer \(answer.arguments.first?.int ?? -1)")
                    } catch { journal.note("\(error)") }
                    do throws(AckError) {
                        _ = try await socket.emitWithAck("question", timeout: .milliseconds(20))
                    } catch { journal.note("\(error)") }
                    do throws(AckError) {
                        _ = try await socket.emitWithAck("question")
                    } catch { journal.note("\(error)") }
                    do throws(AckError) {
                        _ = try await socket.emitWithAck("question")
                    } catch { journal.note("late \(error)") }
                }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            try await client.send(#"42["start"]"#)
            #expect(try await client.next() == .text(#"420["question",1]"#))
            try await client.send("430[42]")
            try await client.send("430[43]")
            try await client.send("4399[1]")
            #expect(await journal.next() == "answer 42")
            #expect(try await client.next() == .text(#"421["question"]"#))
            #expect(await journal.next() == "timeout")
            #expect(try await client.next() == .text(#"422["question"]"#))
            try await client.close()
            #expect(await journal.next() == "disconnected")
            #expect(await journal.next() == "late disconnected")
        }
    }

    @Test(arguments: [1, 3]) func `a broadcast asks for acks, counts the silent and those who left`(loops: Int)
        async throws
    {
        let journal = Journal()
        try await withServer(loops: loops) { io in
            let namespace = io.namespace("/")
            namespace.on("ask") { _, event in
                let timeout = Duration.milliseconds(event.arguments.first?.int ?? 0)
                let result = await namespace.everyone.emitWithAck("question", timeout: timeout)
                journal.note("\(result.answers.compactMap { $0.arguments.first?.int }.sorted()) \(result.missing)")
            }
        } _: { port, _ in
            var clients: [TestClient] = []
            for _ in 0..<4 { clients.append(try await TestClient.socket(port: port)) }
            func question(_ client: TestClient) async throws -> String {
                guard case .text(let text) = try await client.next() else { throw TestClient.TimedOut() }
                #expect(text.hasPrefix("42") && text.hasSuffix(#"["question"]"#))
                return String(text.dropFirst(2).prefix { $0.isNumber })
            }
            try await clients[0].send("42[\"ask\",5000]")
            for (number, client) in clients.enumerated() {
                try await client.send("43\(try await question(client))[\(number)]")
            }
            #expect(await journal.next() == "[0, 1, 2, 3] 0")

            try await clients[0].send("42[\"ask\",4000]")
            for (number, client) in clients.enumerated() {
                let id = try await question(client)
                if number == 1 { try await client.close() }
                if number == 2 { try await client.send("43\(id)[2]") }
                if number == 2 { try await client.send("43\(id)[22]") }
            }
            #expect(await journal.next() == "[2] 3")
        }
    }
}
