import NIOCore

/// Takes answers off the bytes of a connection.
struct RESPDecoder: ByteToMessageDecoder {
    typealias InboundOut = RESPValue

    /// Of one string; what a stream holds is far smaller.
    private static let longestBulk = 64 << 20
    private static let longestArray = 1 << 20
    private static let maxDepth = 8

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let value = try Self.read(&buffer) else { return .needMoreData }
        context.fireChannelRead(Self.wrapInboundOut(value))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer,
        seenEOF: Bool
    ) throws -> DecodingState {
        try self.decode(context: context, buffer: &buffer)
    }

    /// Nil if the answer is not all here yet; then nothing is taken.
    ///
    /// - Throws: ``RedisError/malformed``.
    static func read(_ buffer: inout ByteBuffer) throws(RedisError) -> RESPValue? {
        var rest = buffer
        guard let value = try self.read(&rest, depth: 0) else { return nil }
        buffer = rest
        return value
    }

    private static func read(_ buffer: inout ByteBuffer, depth: Int) throws(RedisError) -> RESPValue? {
        guard depth <= self.maxDepth else { throw .malformed }
        guard let kind: UInt8 = buffer.getInteger(at: buffer.readerIndex) else { return nil }
        guard let line = try self.line(&buffer) else { return nil }
        switch kind {
        case UInt8(ascii: "+"): return .simple(line)
        case UInt8(ascii: "-"): return .error(line)
        case UInt8(ascii: ":"):
            guard let number = Int(line) else { throw .malformed }
            return .integer(number)
        case UInt8(ascii: "$"):
            guard let length = Int(line), length >= -1, length <= self.longestBulk else { throw .malformed }
            guard length >= 0 else { return .bulk(nil) }
            guard buffer.readableBytes >= length + 2 else { return nil }
            let bytes = buffer.readSlice(length: length)
            guard buffer.readInteger(as: UInt16.self) == 0x0d0a else { throw .malformed }
            return .bulk(bytes)
        case UInt8(ascii: "*"):
            guard let count = Int(line), count >= -1, count <= self.longestArray else { throw .malformed }
            guard count >= 0 else { return .array(nil) }
            var elements: [RESPValue] = []
            for _ in 0..<count {
                guard let element = try self.read(&buffer, depth: depth + 1) else { return nil }
                elements.append(element)
            }
            return .array(elements)
        default:
            throw .malformed
        }
    }

    /// The rest of a line behind its first byte, without its end.
    private static func line(_ buffer: inout ByteBuffer) throws(RedisError) -> String? {
        let view = buffer.readableBytesView.prefix(64 << 10)
        guard let end = view.firstIndex(of: 0x0d) else {
            guard view.count < 64 << 10 else { throw .malformed }
            return nil
        }
        guard buffer.writerIndex > end + 1 else { return nil }
        let length = end - buffer.readerIndex
        buffer.moveReaderIndex(forwardBy: 1)
        let text = buffer.readString(length: length - 1)
        guard let text, buffer.readInteger(as: UInt16.self) == 0x0d0a else { throw .malformed }
        return text
    }
}
