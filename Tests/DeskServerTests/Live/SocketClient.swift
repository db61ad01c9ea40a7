import Foundation
import NIOCore
import NIOPosix
import SocketIO
import Testing

/// A Socket.IO client over WebSocket, as little of one as a test needs.
struct SocketClient {
    /// What the CONNECT packet was answered.
    let answer: String
    private let channel: any Channel
    private let packets: Packets

    /// Connects and sends a CONNECT packet.
    init(_ http: TestClient, connect: String = #"40{"guestToken":""}"#, headers: [String: String] = [:]) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        packets = Packets(stream)
        var head = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:\(http.port)\r\n"
        head += "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        head += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        // On the event loop: while all threads of the tests' tasks are busy, the server would give up waiting for it.
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FrameReader(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: http.port)
            .flatMap { [head] channel in
                channel.writeAndFlush(ByteBuffer(string: head + "\r\n")).map { channel }
            }
            .get()
        try await Self.send(connect, on: channel)
        answer = try await Self.next("4", of: packets)
    }

    /// Sends a text frame, masked with zeros: that leaves the text as it is.
    func send(_ packet: String) async throws {
        try await Self.send(packet, on: channel)
    }

    /// The next packet that begins so; others are passed over.
    func next(_ start: String) async throws -> String {
        try await Self.next(start, of: packets)
    }

    private static func send(_ packet: String, on channel: any Channel) async throws {
        var frame = ByteBuffer(bytes: [0x81])
        let length = packet.utf8.count
        if length < 126 {
            frame.writeInteger(UInt8(0x80 | length))
        } else {
            frame.writeInteger(UInt8(0x80 | 126))
            frame.writeInteger(UInt16(length))
        }
        frame.writeInteger(UInt32(0))
        frame.writeString(packet)
        try await channel.writeAndFlush(frame)
    }

    private static func next(_ start: String, of packets: Packets) async throws -> String {
        while let packet = await packets.next() {
            if packet.hasPrefix(start) { return packet }
        }
        throw Closed(waitingFor: start)
    }

    /// The whole ack of an event.
    func call(_ event: String, _ payload: String) async throws -> String {
        try await send(#"427["\#(event)",\#(payload)]"#)
        return try await next("437[")
    }

    func close() async throws {
        try await channel.close()
    }

    /// Waits until the server has closed the connection.
    func isClosed() async {
        while await packets.next() != nil {}
    }

    struct Closed: Error {
        let waitingFor: String
    }

    private actor Packets {
        private var iterator: AsyncStream<String>.AsyncIterator

        init(_ stream: AsyncStream<String>) {
            iterator = stream.makeAsyncIterator()
        }

        func next() async -> String? {
            var copy = iterator
            defer { iterator = copy }
            return await copy.next(isolation: self)
        }
    }
}

/// What an ack says of its ticket.
func ticketID(in ack: String) throws -> String {
    let object = try #require(JSON(validating: ByteBuffer(string: String(ack.dropFirst(3)))).array?.first?.object)
    return try #require(object["ticket"]?.object?["ticketId"]?.string)
}

/// What `session` says.
func session(of packet: String) throws -> JSONObject {
    let event = try #require(JSON(validating: ByteBuffer(string: String(packet.dropFirst(2)))).array)
    return try #require(event.last?.object)
}

/// Takes the server's text frames apart.
private final class FrameReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let texts: AsyncStream<String>.Continuation
    private var buffer = ByteBuffer()
    private var isUpgraded = false

    init(_ texts: AsyncStream<String>.Continuation) {
        self.texts = texts
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        buffer.writeBuffer(&bytes)
        if !isUpgraded {
            let head = String(buffer: buffer)
            guard let end = head.range(of: "\r\n\r\n") else { return }
            buffer.moveReaderIndex(forwardBy: head[..<end.upperBound].utf8.count)
            isUpgraded = true
        }
        while let (opcode, text) = nextFrame() {
            if opcode == 1 { texts.yield(text) }
            if opcode == 8 { context.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        texts.finish()
    }

    private func nextFrame() -> (opcode: UInt8, text: String)? {
        var rest = buffer
        guard let first = rest.readInteger(as: UInt8.self), let second = rest.readInteger(as: UInt8.self) else {
            return nil
        }
        var length = Int(second)
        if length == 126 {
            guard let long = rest.readInteger(as: UInt16.self) else { return nil }
            length = Int(long)
        }
        guard let text = rest.readString(length: length) else { return nil }
        buffer = rest
        return (first & 15, text)
    }
}
