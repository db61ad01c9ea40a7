import NIOCore

/// Kinds of WebSocket frames (RFC 6455 §5.2).
enum Opcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xa

    var isControl: Bool { self.rawValue >= 0x8 }
}

/// The bytes in front of a WebSocket frame's payload (RFC 6455 §5.2).
enum FrameHeader {
    /// Longest header of a server's frame: two bytes and a 64-bit length, no mask.
    static let maxServerLength = 10

    /// Writes the header of an unmasked, final frame in front of the buffer's readable bytes, which must have
    /// ``maxServerLength`` bytes of room before them.
    static func prepend(to buffer: inout ByteBuffer, opcode: Opcode) {
        let length = buffer.readableBytes
        let extra = Self.extraLength(of: length)
        let start = buffer.readerIndex - 2 - extra
        buffer.moveReaderIndex(to: start)
        Self.set(in: &buffer, at: start, opcode: opcode, length: length)
    }

    /// A whole unmasked frame with a short payload, for control frames.
    static func frame(_ opcode: Opcode, _ payload: ByteBuffer, allocator: ByteBufferAllocator) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: Self.maxServerLength + payload.readableBytes)
        buffer.moveWriterIndex(to: Self.maxServerLength)
        buffer.moveReaderIndex(to: Self.maxServerLength)
        buffer.writeImmutableBuffer(payload)
        Self.prepend(to: &buffer, opcode: opcode)
        return buffer
    }

    private static func extraLength(of length: Int) -> Int {
        length < 126 ? 0 : length <= 0xffff ? 2 : 8
    }

    private static func set(in buffer: inout ByteBuffer, at index: Int, opcode: Opcode, length: Int) {
        buffer.setInteger(0x80 | opcode.rawValue, at: index)
        switch Self.extraLength(of: length) {
        case 0:
            buffer.setInteger(UInt8(truncatingIfNeeded: length), at: index + 1)
        case 2:
            buffer.setInteger(UInt8(126), at: index + 1)
            buffer.setInteger(UInt16(truncatingIfNeeded: length), at: index + 2)
        default:
            buffer.setInteger(UInt8(127), at: index + 1)
            buffer.setInteger(UInt64(length), at: index + 2)
        }
    }
}
