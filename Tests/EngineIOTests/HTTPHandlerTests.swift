import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import EngineIO

/// One connection to a server, without a socket: bytes in, bytes out, time by hand.
final class TestConnection {
    let channel: EmbeddedChannel

    init(_ server: EngineServer, loop: EmbeddedEventLoop) throws {
        self.channel = EmbeddedChannel(loop: loop)
        try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try server.configure(self.channel)
    }

    func send(_ text: String) throws {
        try self.send(ByteBuffer(string: text))
    }

    func send(_ bytes: ByteBuffer) throws {
        try self.channel.writeInbound(bytes)
        self.channel.embeddedEventLoop.run()
    }

    /// Everything written since the last call.
    func received() throws -> String {
        var text = ""
        while let bytes = try self.channel.readOutbound(as: ByteBuffer.self) {
            // Frames need not be UTF-8: keep each byte as a character.
            text += String(String.UnicodeScalarView(bytes.readableBytesView.map { Unicode.Scalar($0) }))
        }
        return text
    }

    func get(_ query: String, _ headers: String = "") throws {
        try self.send("GET /socket.io/?\(query) HTTP/1.1\r\nHost: a.test\r\n\(headers)\r\n")
    }

    func post(_ query: String, _ body: String, _ headers: String = "") throws {
        try self.send(
            "POST /socket.io/?\(query) HTTP/1.1\r\nHost: a.test\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
        )
    }

    static let upgrade = """
        Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r

        """
}

extension String {
    /// How often `part` occurs.
    func occurrences(of part: String) -> Int { self.ranges(of: part).count }
}

/// Sends every message back and remembers the end.
final class Echo: EngineConnectionDelegate {
    unowned let connection: EngineConnection
    private let ended: (CloseReason) -> Void

    init(_ connection: EngineConnection, ended: @escaping (CloseReason) -> Void) {
        self.connection = connection
        self.ended = ended
    }

    func received(text: ByteBuffer) {
        self.connection.send(OutboundMessage { $0.writeImmutableBuffer(text) })
    }
    func received(binary: ByteBuffer) { self.connection.send(OutboundMessage(binary: binary)) }
    func closed(_ reason: CloseReason) { self.ended(reason) }
}

struct HTTPHandlerTests {
    private let loop = EmbeddedEventLoop()
    private let server: EngineServer
    private let reasons: NIOLoopBoundBox<[CloseReason]>

    init() {
        var configuration = EngineConfiguration()
        configuration.maxPayload = 1000
        configuration.maxBufferedBytes = 2000
        configuration.origins.allowed = ["https://shop.test"]
        let reasons = NIOLoopBoundBox<[CloseReason]>([], eventLoop: self.loop)
        self.reasons = reasons
        self.server = EngineServer(configuration: configuration, logger: Logger(label: "test")) { connection in
            Echo(connection) { reasons.value.append($0) }
        }
    }

    private func connect() throws -> TestConnection { try TestConnection(self.server, loop: self.loop) }

    private func handshake(_ connection: TestConnection) throws -> String {
        try connection.get("EIO=4&transport=polling")
        let answer = try connection.received()
        let start = try #require(answer.firstRange(of: "\"sid\":\""))
        return String(answer[start.upperBound...].prefix(20))
    }

    @Test func `a handshake answers with exactly one open packet`() throws {
        let connection = try self.connect()
        try connection.get("EIO=4&transport=polling")
        let answer = try connection.received()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=UTF-8\r\n"))
        #expect(answer.contains("cache-control: no-store"))
        #expect(answer.contains("\r\n\r\n0{\"sid\":\""))
        #expect(
            answer.hasSuffix(#""upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000}"#)
        )
    }

    @Test func `a kept connection carries poll after poll`() throws {
        let connection = try self.connect()
        let sid = try self.handshake(connection)
        for number in 0..<3 {
            try connection.post("EIO=4&transport=polling&sid=\(sid)", "4m\(number)")
            #expect(try connection.received().hasSuffix("\r\n\r\nok"))
            try connection.get("EIO=4&transport=polling&sid=\(sid)")
            #expect(try connection.received().hasSuffix("\r\n\r\n4m\(number)"))
        }
    }

    @Test(arguments: [
        ("GET", "EIO=4", "400", #"{"code":0,"message":"Transport unknown"}"#),
        ("GET", "EIO=4&transport=polling&sid=x", "400", #"{"code":1,"message":"Session ID unknown"}"#),
        ("POST", "EIO=4&transport=polling", "400", #"{"code":2,"message":"Bad handshake method"}"#),
        ("GET", "EIO=4&transport=websocket", "400", #"{"code":3,"message":"Bad request"}"#),
        ("GET", "transport=polling", "400", #"{"code":5,"message":"Unsupported protocol version"}"#),
    ])
    func `refusals have the reference server's status and body`(
        method: String,
        query: String,
        status: String,
        body: String
    )
        throws
    {
        let connection = try self.connect()
        try connection.send("\(method) /socket.io/?\(query) HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n")
        let answer = try connection.received()
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(answer.contains("content-type: application/json\r\n"))
        #expect(answer.hasSuffix(body))
    }

    @Test func `every request of a session passes the origin check`() throws {
        let connection = try self.connect()
        let sid = try self.handshake(connection)
        let foreign = "Origin: https://evil.test\r\n"
        for query in ["EIO=4&transport=polling", "EIO=4&transport=polling&sid=\(sid)"] {
            try connection.get(query, foreign)
            #expect(try connection.received().hasSuffix(#"{"code":4,"message":"Forbidden"}"#))
        }
        try connection.post("EIO=4&transport=polling&sid=\(sid)", "4x", foreign)
        #expect(try connection.received().hasPrefix("HTTP/1.1 403 "))
        try connection.get("EIO=4&transport=websocket&sid=\(sid)", foreign + TestConnection.upgrade)
        #expect(try connection.received().hasPrefix("HTTP/1.1 403 "))
        #expect(!connection.channel.isActive, "the parser stops at an upgrade request: the connection cannot be kept")
    }

    @Test func `an allowed origin gets its CORS headers on every answer`() throws {
        let connection = try self.connect()
        try connection.get("EIO=4&transport=polling", "Origin: https://shop.test\r\n")
        let answer = try connection.received()
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("access-control-allow-origin: https://shop.test\r\nvary: Origin\r\n"))
        #expect(!answer.contains("credentials"))
        try connection.send("OPTIONS /socket.io/?EIO=4 HTTP/1.1\r\nHost: a.test\r\nOrigin: https://shop.test\r\n\r\n")
        #expect(try connection.received().hasPrefix("HTTP/1.1 204 "))
    }

    @Test func `a body over the bound is refused before it is read, and the session survives`() throws {
        let first = try self.connect()
        let sid = try self.handshake(first)
        let announced = try self.connect()
        try announced.send(
            "POST /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n4"
        )
        #expect(try announced.received().hasPrefix("HTTP/1.1 413 "))
        let streamed = try self.connect()
        try streamed.send(
            "POST /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        try streamed.send("3e9\r\n\(String(repeating: "4", count: 1001))\r\n")
        #expect(try streamed.received().hasPrefix("HTTP/1.1 413 "))
        try streamed.send("0\r\n\r\n")
        #expect(!streamed.channel.isActive)
        try first.post("EIO=4&transport=polling&sid=\(sid)", "4x")
        #expect(try first.received().hasSuffix("ok"))
    }

    @Test func `bytes glued to an upgrade request are frames`() throws {
        let connection = try self.connect()
        var bytes = ByteBuffer(
            string:
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a.test\r\n\(TestConnection.upgrade)\r\n"
        )
        bytes.writeImmutableBuffer(clientFrame(1, Array("4glued".utf8)))
        try connection.send(bytes)
        let answer = try connection.received()
        #expect(answer.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(answer.contains(#""upgrades":[]"#))
        #expect(answer.hasSuffix("\u{81}\u{06}4glued"))
    }

    @Test(arguments: [
        "", "Connection: \tUpgrade\t\r\n", "Connection: keep-alive\r\n", "Connection: close\r\n",
        "Connection: Upgrade\r\nContent-Length: 0\r\n", "Connection: Upgrade\r\nTransfer-Encoding: chunked\r\n",
    ])
    func `requests glued to an upgrade that the parser does not take for one end that connection only`(
        connectionHeader: String
    ) throws {
        let other = try self.connect()
        let sid = try self.handshake(other)
        let connection = try self.connect()
        let upgrade = """
            GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(connectionHeader)\r\n
            """
        try connection.send(upgrade + "GET / HTTP/1.1\r\nHost: a\r\n\r\n" + upgrade)
        _ = try connection.received()
        try other.post("EIO=4&transport=polling&sid=\(sid)", "4x")
        #expect(try other.received().hasSuffix("ok"))
    }

    @Test func `nothing is answered after a connection's last answer`() throws {
        let connection = try self.connect()
        let request = "GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        try connection.send(request + request + request)
        #expect(try connection.received().occurrences(of: "HTTP/1.1 404") == 1)
        #expect(!connection.channel.isActive)
    }

    @Test func `one message over the bound reaches a client that has taken everything before`() throws {
        let connection = try self.connect()
        let sid = try self.handshake(connection)
        let large = OutboundMessage { $0.writeRepeatingByte(UInt8(ascii: "x"), count: 5000) }
        self.server.session(SessionID(sid))?.send(large)
        try connection.get("EIO=4&transport=polling&sid=\(sid)")
        #expect(try connection.received().hasSuffix("4" + String(repeating: "x", count: 5000)))
        self.server.session(SessionID(sid))?.send(large)
        self.server.session(SessionID(sid))?.send(large)
        self.loop.run()
        #expect(self.reasons.value == [.bufferOverflow])
    }

    @Test func `a shutdown ends idle and half-sent requests within its time`() throws {
        let (idle, half) = (try self.connect(), try self.connect())
        try half.send("GET / HTT")
        self.server.loop(for: self.loop).shutDown().whenComplete { _ in }
        let late = try self.connect()
        self.loop.advanceTime(by: .milliseconds(5_300))
        #expect(!idle.channel.isActive && !half.channel.isActive && !late.channel.isActive)
    }

    @Test func `a WebSocket frame that breaks the protocol closes that connection only`() throws {
        let other = try self.connect()
        let sid = try self.handshake(other)
        let connection = try self.connect()
        try connection.get("EIO=4&transport=websocket", TestConnection.upgrade)
        _ = try connection.received()
        try connection.send(clientFrame(1, Array("4x".utf8), mask: nil))
        #expect(try connection.received() == "\u{88}\u{02}\u{03}\u{ea}")
        #expect(self.reasons.value == [.transportError])
        try other.post("EIO=4&transport=polling&sid=\(sid)", "4x")
        #expect(try other.received().hasSuffix("ok"))
    }

    @Test func `what follows at once in a tick leaves in one write`() throws {
        let connection = try self.connect()
        try connection.get("EIO=4&transport=websocket", TestConnection.upgrade)
        let opening = try connection.received()
        let start = try #require(opening.firstRange(of: "\"sid\":\""))
        let session = try #require(self.server.session(SessionID(String(opening[start.upperBound...].prefix(20)))))
        try connection.channel.writeInbound(clientFrame(1, Array("4a".utf8)))
        let loop = self.loop
        loop.execute {
            session.send(OutboundMessage { $0.writeString("b") })
            loop.execute { session.send(OutboundMessage { $0.writeString("c") }) }
        }
        loop.run()
        let bytes = try #require(try connection.channel.readOutbound(as: ByteBuffer.self))
        let frames = "abc".utf8.flatMap { [0x81, 2, UInt8(ascii: "4"), $0] }
        #expect(Array(bytes.readableBytesView) == frames)
        #expect(try connection.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test func `a client that answers no ping is gone after interval and timeout`() throws {
        let connection = try self.connect()
        try connection.get("EIO=4&transport=websocket", TestConnection.upgrade)
        _ = try connection.received()
        self.loop.advanceTime(by: .milliseconds(25_200))
        #expect(try connection.received() == "\u{81}\u{01}2")
        self.loop.advanceTime(by: .milliseconds(20_200))
        #expect(try connection.received() == "\u{88}\u{02}\u{03}\u{e8}")
        #expect(self.reasons.value == [.pingTimeout])
        self.loop.advanceTime(by: .milliseconds(1_200))
        #expect(!connection.channel.isActive)
        #expect(self.server.sessionCount == 0)
    }

    @Test func `a poll that arrives after the time is refused, though no sweep came yet`() throws {
        let connection = try self.connect()
        // Off the sweep's beat of 100 ms.
        self.loop.advanceTime(by: .milliseconds(50))
        let sid = try self.handshake(connection)
        self.loop.advanceTime(by: .milliseconds(25_050))
        self.loop.advanceTime(by: .milliseconds(19_995))
        #expect(self.server.sessionCount == 1)
        try connection.get("EIO=4&transport=polling&sid=\(sid)")
        #expect(try connection.received().hasPrefix("HTTP/1.1 400 "))
        #expect(self.reasons.value == [.pingTimeout])
    }

    @Test func `a poll that waits when the upgrade is complete is refused`() throws {
        let connection = try self.connect()
        let sid = try self.handshake(connection)
        let webSocket = try self.connect()
        try webSocket.get("EIO=4&transport=websocket&sid=\(sid)", TestConnection.upgrade)
        try webSocket.send(clientFrame(1, Array("2probe".utf8)))
        try connection.get("EIO=4&transport=polling&sid=\(sid)")
        try webSocket.send(clientFrame(1, Array("5".utf8)))
        #expect(try connection.received().hasPrefix("HTTP/1.1 400 "))
    }

    @Test func `a WebSocket of another version is told ours`() throws {
        let connection = try self.connect()
        let upgrade = TestConnection.upgrade.replacing("Version: 13", with: "Version: 8")
        try connection.get("EIO=4&transport=websocket", upgrade)
        let answer = try connection.received()
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.contains("sec-websocket-version: 13\r\n"))
    }

    @Test(arguments: [false, true]) func `at the bound volatile messages are dropped, others close`(isVolatile: Bool)
        throws
    {
        let connection = try self.connect()
        let sid = try self.handshake(connection)
        try connection.get("EIO=4&transport=polling&sid=\(sid)")
        let kilobyte = OutboundMessage { $0.writeRepeatingByte(UInt8(ascii: "x"), count: 1000) }
        for _ in 0..<5 { self.server.session(SessionID(sid))?.send(kilobyte, isVolatile: isVolatile) }
        self.loop.run()
        #expect(self.reasons.value == (isVolatile ? [] : [.bufferOverflow]))
        #expect(
            try connection.received().hasSuffix(isVolatile ? "\r\n\r\n4" + String(repeating: "x", count: 1000) : "1")
        )
    }

    @Test(arguments: [false, true]) func `the same over a WebSocket`(isVolatile: Bool) throws {
        let connection = try self.connect()
        try connection.get("EIO=4&transport=websocket", TestConnection.upgrade)
        let answer = try connection.received()
        let start = try #require(answer.firstRange(of: "\"sid\":\""))
        let sid = String(answer[start.upperBound...].prefix(20))
        let large = OutboundMessage { $0.writeRepeatingByte(UInt8(ascii: "x"), count: 5000) }
        for _ in 0..<3 { self.server.session(SessionID(sid))?.send(large, isVolatile: isVolatile) }
        self.loop.run()
        #expect(self.reasons.value == (isVolatile ? [] : [.bufferOverflow]))
        #expect(connection.channel.isActive == isVolatile)
        #expect(try connection.received().occurrences(of: "x") == (isVolatile ? 5000 : 0))
    }

    @Test func `what was sent before the server closed reaches a client between two polls`() throws {
        let connection = try self.connect()
        let sid = try self.handshake(connection)
        try connection.post("EIO=4&transport=polling&sid=\(sid)", "4bye")
        #expect(try connection.received().hasSuffix("ok"))
        self.server.session(SessionID(sid))?.close()
        self.loop.run()
        #expect(self.reasons.value == [.forcedClose])
        try connection.get("EIO=4&transport=polling&sid=\(sid)")
        #expect(try connection.received().hasSuffix("\r\n\r\n4bye\u{1e}1"))
        #expect(self.server.sessionCount == 0)
    }

    @Test func `a client that aborts its poll ends its session`() throws {
        let connection = try self.connect()
        let sid = try self.handshake(connection)
        try connection.get("EIO=4&transport=polling&sid=\(sid)")
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        self.loop.run()
        #expect(self.reasons.value == [.transportClose])
        #expect(self.server.sessionCount == 0)
    }

    @Test func `a polling client that lets too much pile up is disconnected`() throws {
        let connection = try self.connect()
        let sid = try self.handshake(connection)
        for _ in 0..<3 {
            try connection.post("EIO=4&transport=polling&sid=\(sid)", "4" + String(repeating: "x", count: 900))
        }
        #expect(self.reasons.value == [.bufferOverflow])
    }

    @Test(arguments: ["GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "\u{16}\u{03}\u{01}\u{00}"])
    func `what is no HTTP request is answered with 400 and closed`(bytes: String) throws {
        let connection = try self.connect()
        try connection.send(bytes)
        #expect(try connection.received().hasPrefix("HTTP/1.1 400 "))
        #expect(!connection.channel.isActive)
    }

    @Test func `a connection that sends nothing, or half a head, is closed in time`() throws {
        let silent = try self.connect()
        let slow = try self.connect()
        try slow.send("GET /socket.io/?EIO=4 HTTP/1.1\r\nHost:")
        self.loop.advanceTime(by: .milliseconds(19_000))
        #expect(silent.channel.isActive && slow.channel.isActive)
        self.loop.advanceTime(by: .milliseconds(1_200))
        #expect(!silent.channel.isActive && !slow.channel.isActive)
    }

    @Test func `a path that is not ours gets 404 where nothing else serves it`() throws {
        let connection = try self.connect()
        try connection.send("GET /socket.io HTTP/1.1\r\nHost: a.test\r\n\r\n")
        #expect(try connection.received().hasPrefix("HTTP/1.1 404 "))
    }
}
