/// The polling half of a client: each request on a connection of its own.
struct TestPolling: Sendable {
    struct Response: Equatable {
        var status: Int
        var body: String
        var head: String = ""

        static func == (left: Self, right: Self) -> Bool { left.status == right.status && left.body == right.body }
    }

    /// The headers that ask for a WebSocket.
    static let upgrade = """
        Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n
        """

    let port: Int

    /// A new session's id.
    func open() async throws -> String {
        let answer = try await self.get("EIO=4&transport=polling")
        guard let start = answer.body.firstRange(of: "\"sid\":\"") else { throw TestClient.TimedOut() }
        return String(answer.body[start.upperBound...].prefix { $0 != "\"" })
    }

    func poll(_ sid: String) async throws -> Response {
        try await self.get("EIO=4&transport=polling&sid=\(sid)")
    }

    func post(_ sid: String, _ body: String, _ headers: String = "") async throws -> Response {
        try await self.request("POST", "EIO=4&transport=polling&sid=\(sid)", body, headers)
    }

    func get(_ query: String, _ headers: String = "") async throws -> Response {
        try await self.request("GET", query, "", headers)
    }

    func request(_ method: String, _ query: String, _ body: String = "", _ headers: String = "") async throws
        -> Response
    {
        let connection = try await TestClient.connect(port: self.port)
        defer { Task { try? await connection.close() } }
        try await connection.write(
            "\(method) /socket.io/?\(query) HTTP/1.1\r\nHost: a.test\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
        )
        return try await Self.response(connection.next())
    }

    static func response(_ received: TestClient.Received) throws -> Response {
        guard case .http(let text) = received, let end = text.firstRange(of: "\r\n\r\n"),
            let status = Int(text.dropFirst("HTTP/1.1 ".count).prefix(3))
        else { throw TestClient.TimedOut() }
        return Response(status: status, body: String(text[end.upperBound...]), head: String(text[..<end.lowerBound]))
    }

    func webSocket(_ sid: String? = nil) async throws -> TestClient {
        try await TestClient.webSocket(port: self.port, sid: sid)
    }

    func socket(_ connect: String = "40") async throws -> TestClient {
        let client = try await self.webSocket()
        try await client.send(connect)
        for _ in 0..<2 { _ = try await client.next() }
        return client
    }
}

extension TestClient {
    /// Opens a polling session on this connection.
    ///
    /// - Returns: its id.
    func handshake() async throws -> String {
        try await self.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n")
        guard case .http(let answer) = try await self.next(), let start = answer.firstRange(of: "\"sid\":\"") else {
            throw TimedOut()
        }
        return String(answer[start.upperBound...].prefix(20))
    }

    /// The next thing that is no ping; pings are answered.
    func message() async throws -> Received {
        while true {
            let received = try await self.next()
            guard received == .text("2") else { return received }
            try await self.send("3")
        }
    }
}
