import EngineIO
import Testing

/// Engine.IO 4, "Heartbeat".
extension ProtocolConformanceTests {
    @Test func `polling is pinged after each interval and kept while it answers`() async throws {
        try await withEngineIO({ $0.useShortHeartbeat(timeout: 5000) }) { polling in
            let sid = try await polling.open()
            for _ in 0..<3 {
                let start = Self.clock.now
                #expect(try await polling.poll(sid) == .init(status: 200, body: "2"))
                #expect(Self.clock.now - start > .milliseconds(280))
                #expect(try await polling.post(sid, "3") == .init(status: 200, body: "ok"))
            }
        }
    }

    @Test func `a silent polling session is gone after interval and timeout, without a GET pending`() async throws {
        try await withEngineIO({ $0.useShortHeartbeat(timeout: 200) }) { polling in
            let sid = try await polling.open()
            // From here to there is longer than from the handshake to the session's end.
            try await Task.sleep(for: .milliseconds(500))
            #expect(try await polling.poll(sid).status == 400)
        }
    }

    @Test func `a WebSocket is pinged each interval and closed within the timeout of silence`() async throws {
        try await withEngineIO({ $0.useShortHeartbeat(timeout: 1000) }) { polling in
            let client = try await polling.webSocket()
            // All from one moment: a ping that was read late makes the time to the next one short.
            let start = Self.clock.now
            for count in 1...3 {
                #expect(try await client.next() == .text("2"))
                #expect(Self.clock.now - start > .milliseconds(280 * count))
                try await client.send("3")
            }
            #expect(try await client.next() == .text("2"))
            guard case .close = try await client.next() else { throw TestClient.TimedOut() }
            #expect(Self.clock.now - start > .milliseconds(280 * 4 + 1000))
            #expect(Self.clock.now - start < .milliseconds(9000))
        }
    }

    @Test func `polling's timer runs from the handshake, without a GET pending`() async throws {
        try await withEngineIO({ $0.useShortHeartbeat(timeout: 5000) }) { polling in
            let sid = try await polling.open()
            try await Task.sleep(for: .milliseconds(320))
            let start = Self.clock.now
            #expect(try await polling.poll(sid) == .init(status: 200, body: "2"))
            #expect(Self.clock.now - start < .milliseconds(250), "the ping had waited already")
        }
    }

    @Test func `interval and timeout are exact to a few milliseconds`() async throws {
        try await withEngineIO({ $0.useShortHeartbeat(timeout: 200) }) { polling in
            // A busy machine may be late with any one of them, but not with all.
            var intervals: [Duration] = []
            let client = try await polling.webSocket()
            for _ in 0..<4 {
                let start = Self.clock.now
                #expect(try await client.next() == .text("2"))
                intervals.append(Self.clock.now - start)
                try await client.send("3")
            }
            #expect(intervals.dropFirst().min() ?? .zero > .milliseconds(285))
            #expect(intervals.min() ?? .zero < .milliseconds(320))
            var ends: [Duration] = []
            for _ in 0..<3 {
                let silent = try await polling.webSocket()
                #expect(try await silent.next() == .text("2"))
                let start = Self.clock.now
                guard case .close = try await silent.next() else { throw TestClient.TimedOut() }
                ends.append(Self.clock.now - start)
            }
            #expect(ends.max() ?? .zero > .milliseconds(170))
            #expect(ends.min() ?? .zero < .milliseconds(220))
        }
    }

    @Test func `only the server pings`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            _ = try await polling.post(sid, "2")
            #expect(try await polling.poll(sid).status == 400)
            let client = try await polling.webSocket()
            try await client.send("2")
            guard case .close = try await client.next() else { throw TestClient.TimedOut() }
        }
    }
}
