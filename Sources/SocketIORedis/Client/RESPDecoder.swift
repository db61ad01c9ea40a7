import NIOCore

/// Takes answers off the bytes of a connection, each byte once. What is held of an answer has bounds: of strings and arrays
/// that together are too long to be kept, those that come last are passed over.
struct RESPDecoder: ByteToMessageDecoder {
    typealias InboundOut = RESPValue

    /// Of one string; Redis itself has none that are longer (`proto-max-bulk-len`).
    private static let longestBulk = 512 << 20
    private static let longestLine = 64 << 10
    /// In one answer, whatever its depth.
    private static let maxValues = 1 << 16
    private static let maxDepth = 8

    private enum Part {
        case value(RESPValue)
        case array(count: Int)
    }

    /// An array that is not whole yet.
    private struct OpenArray {
        let isKept: Bool
        var missing: Int
        var elements: [RESPValue] = []
    }

    private let maxBytes: Int
    private var arrays: [OpenArray] = []
    private var values = 0
    private var bytes = 0
    /// How much is still to come of a string that is passed over, with its end.
    private var bytesToSkip = 0

    /// - Parameter maxBytes: how much of one answer's strings is kept.
    init(maxBytes: Int = 64 << 20) {
        self.maxBytes = maxBytes
    }

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let value = try self.read(&buffer) else { return .needMoreData }
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

    /// Nil if the answer is not all here yet; then its whole parts are taken.
    ///
    /// - Throws: ``RedisError/malformed``.
    mutating func read(_ buffer: inout ByteBuffer) throws(RedisError) -> RESPValue? {
        while let part = try self.readPart(&buffer) {
            switch part {
            case .array(let count):
                guard self.arrays.count < Self.maxDepth else { throw .malformed }
                let isKept = count <= Self.maxValues - self.values
                if isKept { self.values += count }
                self.arrays.append(OpenArray(isKept: isKept, missing: count))
            case .value(let value):
                guard let answer = self.add(value) else { continue }
                (self.values, self.bytes) = (0, 0)
                return answer
            }
        }
        return nil
    }

    /// - Returns: the whole answer, if this was what it lacked.
    private mutating func add(_ value: RESPValue) -> RESPValue? {
        var value = value
        while var array = self.arrays.popLast() {
            array.missing -= 1
            if array.isKept { array.elements.append(value) }
            guard array.missing == 0 else {
                self.arrays.append(array)
                return nil
            }
            value = array.isKept ? .array(array.elements) : .skipped
        }
        return value
    }

    private mutating func readPart(_ buffer: inout ByteBuffer) throws(RedisError) -> Part? {
        guard self.bytesToSkip == 0 else { return self.skip(in: &buffer) ? .value(.skipped) : nil }
        var rest = buffer
        guard let kind: UInt8 = rest.getInteger(at: rest.readerIndex) else { return nil }
        guard let line = try Self.line(&rest) else { return nil }
        let part: Part
        switch kind {
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            try self.count(line.utf8.count)
            part = .value(kind == UInt8(ascii: "+") ? .simple(line) : .error(line))
        case UInt8(ascii: ":"):
            guard let number = Int(line) else { throw .malformed }
            part = .value(.integer(number))
        case UInt8(ascii: "$"):
            guard let length = Int(line), length >= -1, length <= Self.longestBulk else { throw .malformed }
            guard length <= self.maxBytes - self.bytes else {
                self.bytesToSkip = length + 2
                buffer = rest
                return self.skip(in: &buffer) ? .value(.skipped) : nil
            }
            if length < 0 {
                part = .value(.bulk(nil))
            } else {
                guard rest.readableBytes >= length + 2 else { return nil }
                part = .value(.bulk(rest.readSlice(length: length)))
                guard rest.readInteger(as: UInt16.self) == 0x0d0a else { throw .malformed }
                try self.count(length)
            }
        case UInt8(ascii: "*"):
            guard let count = Int(line), count >= -1 else { throw .malformed }
            part = count < 0 ? .value(.array(nil)) : count == 0 ? .value(.array([])) : .array(count: count)
        default:
            throw .malformed
        }
        buffer = rest
        return part
    }

    private mutating func count(_ bytes: Int) throws(RedisError) {
        guard bytes <= self.maxBytes - self.bytes else { throw .malformed }
        self.bytes += bytes
    }

    /// - Returns: whether there is nothing left to skip.
    private mutating func skip(in buffer: inout ByteBuffer) -> Bool {
        let count = min(self.bytesToSkip, buffer.readableBytes)
        buffer.moveReaderIndex(forwardBy: count)
        self.bytesToSkip -= count
        return self.bytesToSkip == 0
    }

    /// The rest of a line behind its first byte, without its end.
    private static func line(_ buffer: inout ByteBuffer) throws(RedisError) -> String? {
        let view = buffer.readableBytesView.prefix(self.longestLine)
        guard let end = view.firstIndex(of: 0x0d) else {
            guard view.count < self.longestLine else { throw .malformed }
            return nil
        }
        guard buffer.writerIndex > end + 1 else { return nil }
        let length = end - buffer.readerIndex
        buffer.moveReaderIndex(forwardBy: 1)
        // The return may be the first byte.
        guard length > 0, let text = buffer.readString(length: length - 1) else { throw .malformed }
        guard buffer.readInteger(as: UInt16.self) == 0x0d0a else { throw .malformed }
        return text
    }
}
