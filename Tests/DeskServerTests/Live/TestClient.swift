import NIOCore
import NIOHTTP1
import NIOPosix

/// One HTTP request on a connection of its own, and all of the answer.
struct TestClient {
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: String

        subscript(name: String) -> String? { headers.first(name: name) }
    }

    let port: Int

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send(.GET, path, headers, body: nil)
    }

    func post(_ path: String, _ headers: [String: String] = [:], json: String) async throws -> Answer {
        try await send(.POST, path, headers.merging(["content-type": "application/json"]) { $1 }, body: json)
    }

    func post(_ path: String, _ headers: [String: String] = [:], form: String) async throws -> Answer {
        let type = ["content-type": "application/x-www-form-urlencoded"]
        return try await send(.POST, path, headers.merging(type) { $1 }, body: form)
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ headers: [String: String] = [:],
        body: String? = nil
    ) async throws -> Answer {
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
            head.headers.add(name: "host", value: "127.0.0.1:\(port)")
            for (name, value) in headers { head.headers.add(name: name, value: value) }
            head.headers.add(name: "content-length", value: String(body?.utf8.count ?? 0))
            // At once: a server that refuses an upgrade closes when it has the head, which may be all of the request.
            var parts = [HTTPClientRequestPart.head(head)]
            if let body { parts.append(.body(.byteBuffer(ByteBuffer(string: body)))) }
            try await outbound.write(contentsOf: parts + [.end(nil)])
            var answer = Answer(status: 0, headers: [:], body: "")
            for try await part in inbound {
                switch part {
                case .head(let head): (answer.status, answer.headers) = (Int(head.status.code), head.headers)
                case .body(let bytes): answer.body += String(buffer: bytes)
                case .end: return answer
                }
            }
            return answer
        }
    }
}
