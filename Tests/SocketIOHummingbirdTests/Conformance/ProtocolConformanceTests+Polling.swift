import EngineIO
import Testing

/// Engine.IO 4, "HTTP long-polling".
extension ProtocolConformanceTests {
    @Test func `a POST is answered with ok, several packets keep their order`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            #expect(try await polling.post(sid, "4a\u{1e}bAQIDBA==\u{1e}4€\u{1e}4c") == .init(status: 200, body: "ok"))
            #expect(try await polling.poll(sid) == .init(status: 200, body: "4a\u{1e}bAQIDBA==\u{1e}4€\u{1e}4c"))
        }
    }

    @Test func `a second GET ends the first with a close, is refused, and closes the session`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            async let first = polling.poll(sid)
            try await Task.sleep(for: .milliseconds(300))
            #expect(try await polling.poll(sid).status == 400)
            #expect(try await first == .init(status: 200, body: "1"))
            #expect(try await polling.poll(sid).status == 400)
        }
    }

    @Test func `a GET that the client aborts closes the session`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            let client = try await TestClient.connect(port: polling.port)
            try await client.write("GET /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\n\r\n")
            try await client.close()
            // A POST leaves a session alone: asked until the end has come round, within the suite's time limit.
            while try await polling.post(sid, "4x").status == 200 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(
                try await polling.poll(sid) == .init(status: 400, body: #"{"code":1,"message":"Session ID unknown"}"#)
            )
        }
    }

    @Test(arguments: ["abc", "", "4a\u{1e}", "b!!"]) func `a POST of an invalid packet closes the session`(body: String)
        async throws
    {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            #expect(try await polling.post(sid, body).status == 400)
            #expect(try await polling.poll(sid).status == 400)
        }
    }

    @Test func `a close packet ends the pending GET, or the next, with a noop`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            async let pending = polling.poll(sid)
            try await Task.sleep(for: .milliseconds(50))
            #expect(try await polling.post(sid, "1").status == 200)
            #expect(try await pending == .init(status: 200, body: "6"))
            #expect(try await polling.poll(sid).status == 400)

            let next = try await polling.open()
            #expect(try await polling.post(next, "1").status == 200)
            #expect(try await polling.poll(next) == .init(status: 200, body: "6"))
            #expect(try await polling.poll(next).status == 400)
        }
    }

    @Test func `a body over maxPayload is refused by its length and while streaming, and the session survives`()
        async throws
    {
        try await withEngineIO({ $0.maxPayload = 1000 }) { polling in
            let sid = try await polling.open()
            #expect(try await polling.post(sid, "4" + String(repeating: "x", count: 1000)).status == 413)
            let streaming = try await TestClient.connect(port: polling.port)
            try await streaming.write(
                "POST /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            try await streaming.write("3e9\r\n4\(String(repeating: "x", count: 1000))\r\n")
            #expect(try await TestPolling.response(streaming.next()).status == 413)
            try await streaming.close()
            #expect(try await polling.post(sid, "4" + String(repeating: "x", count: 999)).status == 200)
        }
    }

    @Test func `an octet stream and other methods are refused`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            #expect(try await polling.post(sid, "4x", "Content-Type: application/octet-stream\r\n").status == 400)
            for method in ["PUT", "DELETE", "PATCH"] {
                #expect(try await polling.request(method, "EIO=4&transport=polling&sid=\(sid)").status == 400)
            }
            #expect(try await polling.post(sid, "4x").status == 200)
        }
    }

    @Test func `a GET waits until there is something to send`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            async let pending = polling.poll(sid)
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await polling.post(sid, "4later").status == 200)
            #expect(try await pending == .init(status: 200, body: "4later"))
        }
    }

    @Test func `requests may come on a kept connection or on new ones`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            let kept = try await TestClient.connect(port: polling.port)
            let target = "/socket.io/?EIO=4&transport=polling&sid=\(sid)"
            for number in 0..<5 {
                try await kept.write("POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n4\(number)")
                #expect(try await TestPolling.response(kept.next()).body == "ok")
                if number % 2 == 0 {
                    try await kept.write("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(try await TestPolling.response(kept.next()).body == "4\(number)")
                } else {
                    #expect(try await polling.poll(sid).body == "4\(number)")
                }
            }
        }
    }

    @Test func `a body over maxPayload is refused by its announced length, before it is sent`() async throws {
        try await withEngineIO { polling in
            let sid = try await polling.open()
            for length in ["1000001", "999999999999"] {
                let client = try await TestClient.connect(port: polling.port)
                try await client.write(
                    "POST /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
                )
                #expect(try await TestPolling.response(client.next()).status == 413)
                try await client.close()
            }
            #expect(try await polling.post(sid, "4x").status == 200)
        }
    }
}
