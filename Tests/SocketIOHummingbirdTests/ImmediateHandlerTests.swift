import SocketIO
import Testing

/// Handlers that run on the event loop, without a task.
@Suite(.timeLimit(.minutes(1)))
struct ImmediateHandlerTests {
    @Test(arguments: [false, true]) func `what can be handled at once is, and nothing overtakes what waits`(
        onEventLoop: Bool
    ) async throws {
        let journal = Journal()
        var configuration = SocketIOConfiguration()
        configuration.runsHandlersOnEventLoop = onEventLoop
        try await withServer(configuration: configuration) { io in
            let namespace = io.namespace("/")
            namespace.on("quick") { socket, event in
                guard event.arguments.first?.int != 3 else { return false }
                journal.note("at once \(event.arguments.first?.int ?? -1)")
                event.ack?()
                return true
            } otherwise: { _, event in
                journal.note("in turn \(event.arguments.first?.int ?? -1)")
                event.ack?()
            }
            namespace.on("slow") { _, event in
                journal.note("slow")
                event.ack?()
            }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            try await client.send(#"421["quick",1]"#)
            #expect(try await client.next() == .text("431[]"))
            try await client.send(TestFrame(.text, #"422["slow"]"#), TestFrame(.text, #"423["quick",2]"#))
            for id in 2...3 { #expect(try await client.next() == .text("43\(id)[]")) }
            try await client.send(#"424["quick",3]"#)
            #expect(try await client.next() == .text("434[]"))
            for line in ["at once 1", "slow", "in turn 2", "in turn 3"] { #expect(await journal.next() == line) }
        }
    }

    enum Other: CaseIterable {
        case forEverything, before, after
    }

    @Test(arguments: Other.allCases)
    func `beside another handler an event is handled in turn`(other: Other) async throws {
        let journal = Journal()
        try await withServer { io in
            let namespace = io.namespace("/")
            let note: Namespace.EventHandler = { _, event in journal.note("other \(event.name)") }
            if other == .before { namespace.on("quick", note) }
            namespace.on("quick") { _, _ in
                journal.note("at once")
                return true
            } otherwise: { _, _ in
                journal.note("in turn")
            }
            if other == .forEverything { namespace.onAny(note) }
            if other == .after { namespace.on("quick", note) }
        } _: { port, _ in
            let client = try await TestClient.socket(port: port)
            try await client.send(#"42["quick"]"#)
            let lines = other == .after ? ["in turn", "other quick"] : ["other quick", "in turn"]
            for line in lines { #expect(await journal.next() == line) }
        }
    }

    @Test func `an ack kept for later is sent before the server ends, a dropped one is not waited for`() async throws {
        let journal = Journal()
        let io = SocketIOServer(logger: quiet)
        let namespace = io.namespace("/")
        namespace.on("later") { _, event in
            let ack = event.ack
            Task {
                try? await Task.sleep(for: .milliseconds(300))
                ack?(JSON("late"))
            }
            journal.note("kept")
        }
        namespace.on("never") { _, _ in }
        try await withServer(io: io) { port in
            let client = try await TestClient.socket(port: port)
            try await client.send(#"421["never"]"#)
            try await client.send(#"422["later"]"#)
            #expect(await journal.next() == "kept")
            let start = ContinuousClock.now
            await io.shutdown(timeout: .seconds(20))
            #expect(ContinuousClock.now - start < .seconds(10))
            #expect(try await client.next() == .text(#"432["late"]"#))
        }
    }
}
