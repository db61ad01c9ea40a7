public import NIOCore

/// An Engine.IO message, encoded once and shared by every connection it goes to.
///
/// It is kept as a finished WebSocket frame, since a server's frames carry no mask (RFC 6455 §5.3) and so are the
/// same for all; polling uses the payload behind the frame's header.
public struct OutboundMessage: Sendable {
    let frame: ByteBuffer
    let payload: ByteBuffer
    let isBinary: Bool

    /// Bytes this message adds to what waits for a client.
    var size: Int { self.frame.readableBytes }

    /// Encodes a text message.
    ///
    /// - Parameters:
    ///   - textCapacity: bytes to allocate for the text; more are taken if needed. Default 128.
    ///   - body: appends the message's text, which must be UTF-8, and leaves what is in the buffer alone. Runs once,
    ///     before the initialiser returns.
    public init(textCapacity: Int = 128, _ body: (inout ByteBuffer) -> Void) {
        self.init(capacity: textCapacity + 1, isBinary: false) { buffer in
            buffer.writeInteger(PacketType.message.rawValue)
            body(&buffer)
        }
    }

    /// Encodes a binary message: a binary frame, or base64 behind a `b` when polling (engine.io-protocol 4, "Packet
    /// encoding").
    ///
    /// - Parameter bytes: the readable bytes are copied.
    public init(binary bytes: ByteBuffer) {
        self.init(capacity: bytes.readableBytes, isBinary: true) { buffer in
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// Encodes a packet that is not a message.
    init(_ type: PacketType, _ body: String = "") {
        self.init(capacity: body.utf8.count + 1, isBinary: false) { buffer in
            buffer.writeInteger(type.rawValue)
            buffer.writeString(body)
        }
    }

    private init(capacity: Int, isBinary: Bool, _ body: (inout ByteBuffer) -> Void) {
        var buffer = ByteBufferAllocator().buffer(capacity: FrameHeader.maxServerLength + capacity)
        // The header's length depends on the payload's, so room for the longest is left in front.
        buffer.moveWriterIndex(to: FrameHeader.maxServerLength)
        buffer.moveReaderIndex(to: FrameHeader.maxServerLength)
        body(&buffer)
        // Before there is a second reference, which would make the header copy the message.
        FrameHeader.prepend(to: &buffer, opcode: isBinary ? .binary : .text)
        self.frame = buffer
        buffer.moveReaderIndex(to: FrameHeader.maxServerLength)
        self.payload = buffer
        self.isBinary = isBinary
    }

    static let ping = OutboundMessage(.ping)
    static let noop = OutboundMessage(.noop)
    static let close = OutboundMessage(.close)
    static let pongProbe = OutboundMessage(.pong, "probe")
}
