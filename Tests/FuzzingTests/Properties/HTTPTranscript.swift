import NIOCore
import NIOEmbedded
import NIOHTTP1

/// What a client got on one connection, read by the rules of HTTP/1.1.
struct HTTPTranscript: Equatable {
    private(set) var statuses: [Int] = []
    /// What came after the connection became a WebSocket.
    private(set) var frames: ArraySlice<UInt8> = []
    /// Whether the client sent something that is no HTTP.
    let brokeHTTP: Bool

    /// - Parameters:
    ///   - sent: all that the client sent.
    ///   - output: all that it got.
    ///   - isWhole: whether nothing is missing at the end of `output`.
    init(sent: [UInt8], output: [UInt8], isWhole: Bool) throws(Violation) {
        let requests = RequestCount(sent)
        self.brokeHTTP = requests.endsInError
        var rest = output[...]
        while !rest.isEmpty {
            guard let (status, length) = try Self.takeHead(&rest) else {
                try require(!isWhole, "half a response head: \(String(decoding: rest, as: UTF8.self))")
                return
            }
            let index = self.statuses.count
            self.statuses.append(status)
            let limit = requests.methods.count + (requests.endsInError && status == 400 ? 1 : 0)
            try require(index < limit, "response \(index + 1) to \(requests.methods.count) requests")
            if status == 101 {
                self.frames = rest
                return
            }
            guard index >= requests.methods.count || requests.methods[index] != .HEAD else { continue }
            try require(!isWhole || rest.count >= length, "a body of \(rest.count) bytes in place of \(length)")
            rest = rest.dropFirst(length)
        }
    }

    private static func takeHead(_ rest: inout ArraySlice<UInt8>) throws(Violation) -> (status: Int, length: Int)? {
        guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        rest = rest[end.upperBound...]
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Violation(description: "no status line: \(lines)")
        }
        let lengths = lines.compactMap { line in
            line.hasPrefix("content-length: ") ? Int(line.dropFirst("content-length: ".count)) : nil
        }
        try require(lengths.count == (status == 101 || status == 204 ? 0 : 1), "lengths of a response: \(lengths)")
        return (status, lengths.first ?? 0)
    }
}

/// The requests in a client's bytes, as NIO's decoder finds them without anything behind it. Bytes that come after an
/// upgrade may add to them.
private struct RequestCount {
    private(set) var methods: [HTTPMethod] = []
    private(set) var endsInError = false

    init(_ bytes: [UInt8]) {
        let channel = EmbeddedChannel()
        do {
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
            try channel.pipeline.syncOperations.addHandler(decoder)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            _ = try channel.finish(acceptAlreadyClosed: true)
        } catch {
            self.endsInError = true
            _ = try? channel.finish(acceptAlreadyClosed: true)
        }
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .head(let head) = part { self.methods.append(head.method) }
        }
    }
}
