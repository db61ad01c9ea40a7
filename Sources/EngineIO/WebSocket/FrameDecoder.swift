import NIOCore

/// Turns a client's bytes into whole WebSocket messages and control frames (RFC 6455 §5).
///
/// Holds at most one unfinished frame and one unfinished message, each bounded by `maxPayload`; a longer one is
/// refused from its header, before any memory is taken for it. Not bound to a channel, so that it can be fuzzed.
struct FrameDecoder {
    enum Event: Equatable {
        case text(ByteBuffer)
        case binary(ByteBuffer)
        case ping(ByteBuffer)
        case pong
        /// The peer closes; the status to answer with.
        case close(WebSocketCloseCode)
    }

    /// Fragments of one message beyond this are an attack with tiny frames.
    static let maxFragments = 4096

    private let maxPayload: Int
    /// Bytes that are no whole frame yet.
    private(set) var input = ByteBuffer()
    private var ownsInput = false
    /// The fragments so far of a message that has not ended.
    private(set) var message: ByteBuffer?
    private var messageOpcode = Opcode.text
    private var fragments = 0

    init(maxPayload: Int) {
        self.maxPayload = maxPayload
    }

    /// Whether a frame or a message has begun and not ended.
    var isMidMessage: Bool { self.message != nil || self.input.readableBytes > 0 }

    /// Takes in bytes from the wire. Call ``next()`` until it returns nil before the next call.
    mutating func append(_ bytes: ByteBuffer) {
        if self.input.readableBytes == 0 {
            self.input = bytes
            self.ownsInput = false
        } else {
            self.input.writeImmutableBuffer(bytes)
        }
    }

    /// The next message or control frame, or nil when more bytes are needed.
    ///
    /// - Throws: the status to close the connection with. Nothing may be decoded after it.
    mutating func next() throws(WebSocketCloseCode) -> Event? {
        while let frame = try self.nextFrame() {
            if frame.opcode.isControl { return try Self.control(frame) }
            if let event = try self.assemble(frame) { return event }
        }
        self.releaseInput()
        return nil
    }

    private struct Frame {
        var isFinal: Bool
        var opcode: Opcode
        var payload: ByteBuffer
    }

    /// Reads one frame if it is there as a whole, and takes off its mask into memory of its own: in place would copy
    /// the whole read buffer, which the channel still holds.
    private mutating func nextFrame() throws(WebSocketCloseCode) -> Frame? {
        let start = self.input.readerIndex
        guard let head = self.input.getInteger(at: start, as: UInt16.self) else { return nil }
        guard head & 0x7000 == 0, let opcode = Opcode(rawValue: UInt8(head >> 8 & 0xf)), head & 0x80 != 0 else {
            throw .protocolError
        }
        let isFinal = head & 0x8000 != 0
        guard !opcode.isControl || (isFinal && head & 0x7f <= 125) else { throw .protocolError }

        var index = start + 2
        var length = Int(head & 0x7f)
        if length == 126 {
            guard let value = self.input.getInteger(at: index, as: UInt16.self) else { return nil }
            guard value >= 126 else { throw .protocolError }
            length = Int(value)
            index += 2
        } else if length == 127 {
            guard let value = self.input.getInteger(at: index, as: UInt64.self) else { return nil }
            guard value > 0xffff, value >> 63 == 0 else { throw .protocolError }
            guard value <= UInt64(self.maxPayload) else { throw .messageTooBig }
            length = Int(value)
            index += 8
        }
        // Control frames have a bound of their own, and may come between the fragments of a message at its bound.
        guard opcode.isControl || length <= self.maxPayload - (self.message?.readableBytes ?? 0) else {
            throw .messageTooBig
        }
        guard let mask = self.input.getInteger(at: index, endianness: .host, as: UInt32.self) else { return nil }
        guard let masked = self.input.getSlice(at: index + 4, length: length) else { return nil }
        self.input.moveReaderIndex(to: index + 4 + length)
        return Frame(isFinal: isFinal, opcode: opcode, payload: Masking.unmasked(masked, mask: mask))
    }

    private mutating func assemble(_ frame: Frame) throws(WebSocketCloseCode) -> Event? {
        if frame.opcode == .continuation {
            guard self.message != nil else { throw .protocolError }
            self.message?.writeImmutableBuffer(frame.payload)
        } else {
            guard self.message == nil else { throw .protocolError }
            if frame.isFinal { return try Self.event(frame.opcode, frame.payload) }
            self.message = frame.payload
            self.messageOpcode = frame.opcode
            self.fragments = 0
        }
        self.fragments += 1
        guard self.fragments <= Self.maxFragments else { throw .policyViolation }
        guard frame.isFinal, let whole = self.message else { return nil }
        self.message = nil
        return try Self.event(self.messageOpcode, whole)
    }

    private static func event(_ opcode: Opcode, _ payload: ByteBuffer) throws(WebSocketCloseCode) -> Event {
        guard opcode == .text else { return .binary(payload) }
        guard payload.readableBytesUInt8Span.isValidUTF8 else { throw .invalidPayload }
        return .text(payload)
    }

    private static func control(_ frame: Frame) throws(WebSocketCloseCode) -> Event {
        switch frame.opcode {
        case .ping:
            return .ping(frame.payload)
        case .pong:
            return .pong
        default:
            var payload = frame.payload
            guard payload.readableBytes > 0 else { return .close(.normal) }
            guard let value = payload.readInteger(as: UInt16.self) else { throw .protocolError }
            let code = WebSocketCloseCode(rawValue: value)
            guard code.maySend else { throw .protocolError }
            guard payload.readableBytesUInt8Span.isValidUTF8 else { throw .invalidPayload }
            return .close(code)
        }
    }

    /// Lets go of the channel's read buffer between reads; a part of a frame moves into a buffer of its own.
    private mutating func releaseInput() {
        if self.input.readableBytes == 0 {
            self.input = ByteBuffer()
        } else if self.ownsInput {
            self.input.discardReadBytes()
        } else {
            self.input = ByteBuffer(bytes: self.input.readableBytesView)
            self.ownsInput = true
        }
    }
}
