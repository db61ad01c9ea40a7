import NIOCore
import SocketIO

/// MessagePack (its specification of 2021), as far as JSON with binary values needs it. A binary value stands in the
/// JSON as an attachment's placeholder.
enum MessagePack {
    enum Failure: Error {
        /// Not MessagePack, or nested deeper than ``JSON/maxDepth``.
        case malformed
    }

    // MARK: - Writing

    /// What is no attachment's placeholder is written as it is.
    static func encode(_ json: JSON, _ attachments: [ByteBuffer] = []) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: json.text.readableBytes)
        self.write(json, attachments, to: &buffer)
        return buffer
    }

    private static func write(_ json: JSON, _ attachments: [ByteBuffer], to buffer: inout ByteBuffer) {
        switch json.text.getInteger(at: json.text.readerIndex, as: UInt8.self) {
        case UInt8(ascii: "{"):
            let fields = json.object?.fields ?? []
            if let index = self.attachment(fields), attachments.indices.contains(index) {
                return self.write(binary: attachments[index], to: &buffer)
            }
            self.write(count: fields.count, short: 0x80, long: 0xde, to: &buffer)
            for (name, value) in fields {
                self.write(name, to: &buffer)
                self.write(value, attachments, to: &buffer)
            }
        case UInt8(ascii: "["):
            let elements = json.array ?? []
            self.write(count: elements.count, short: 0x90, long: 0xdc, to: &buffer)
            for element in elements { self.write(element, attachments, to: &buffer) }
        case UInt8(ascii: "\""): self.write(json.string ?? "", to: &buffer)
        case UInt8(ascii: "t"): buffer.writeInteger(UInt8(0xc3))
        case UInt8(ascii: "f"): buffer.writeInteger(UInt8(0xc2))
        case UInt8(ascii: "n"), nil: buffer.writeInteger(UInt8(0xc0))
        default: self.write(number: json, to: &buffer)
        }
    }

    private static func attachment(_ fields: [(name: String, value: JSON)]) -> Int? {
        guard fields.count == 2, fields.contains(where: { $0.name == "_placeholder" && $0.value.bool == true }) else {
            return nil
        }
        return fields.first { $0.name == "num" }?.value.int
    }

    private static func write(number json: JSON, to buffer: inout ByteBuffer) {
        guard let whole = json.int else {
            buffer.writeInteger(UInt8(0xcb))
            return _ = buffer.writeInteger((Double(String(buffer: json.text)) ?? 0).bitPattern)
        }
        switch whole {
        case 0..<128: buffer.writeInteger(UInt8(whole))
        case -32..<0: buffer.writeInteger(Int8(whole))
        default:
            buffer.writeInteger(UInt8(0xd3))
            buffer.writeInteger(Int64(whole))
        }
    }

    private static func write(_ text: String, to buffer: inout ByteBuffer) {
        let count = text.utf8.count
        switch count {
        case 0..<32: buffer.writeInteger(UInt8(0xa0 | count))
        case 32..<256:
            buffer.writeInteger(UInt8(0xd9))
            buffer.writeInteger(UInt8(count))
        default: self.write(length: count, 0xda, 0xdb, to: &buffer)
        }
        buffer.writeString(text)
    }

    private static func write(binary: ByteBuffer, to buffer: inout ByteBuffer) {
        if binary.readableBytes < 256 {
            buffer.writeInteger(UInt8(0xc4))
            buffer.writeInteger(UInt8(binary.readableBytes))
        } else {
            self.write(length: binary.readableBytes, 0xc5, 0xc6, to: &buffer)
        }
        buffer.writeImmutableBuffer(binary)
    }

    private static func write(count: Int, short: UInt8, long: UInt8, to buffer: inout ByteBuffer) {
        if count < 16 {
            buffer.writeInteger(short | UInt8(count))
        } else {
            self.write(length: count, long, long + 1, to: &buffer)
        }
    }

    private static func write(length: Int, _ short: UInt8, _ long: UInt8, to buffer: inout ByteBuffer) {
        if let length = UInt16(exactly: length) {
            buffer.writeInteger(short)
            buffer.writeInteger(length)
        } else {
            buffer.writeInteger(long)
            buffer.writeInteger(UInt32(clamping: length))
        }
    }

    // MARK: - Reading

    /// One value, and nothing behind it.
    static func decode(_ bytes: ByteBuffer) throws(Failure) -> (JSON, [ByteBuffer]) {
        var reader = MessagePackReader(bytes)
        try reader.readValue(depth: 0)
        // Names that repeat, numbers and strings are JSON by now; what is left to see is that nothing follows.
        guard reader.bytes.readableBytes == 0, let json = try? JSON(validating: reader.text) else { throw .malformed }
        return (json, reader.attachments)
    }
}

/// Takes values off bytes, and writes them as JSON.
private struct MessagePackReader {
    private(set) var bytes: ByteBuffer
    private(set) var text: ByteBuffer
    private(set) var attachments: [ByteBuffer] = []

    init(_ bytes: ByteBuffer) {
        self.bytes = bytes
        self.text = ByteBufferAllocator().buffer(capacity: bytes.readableBytes * 2)
    }

    mutating func readValue(depth: Int) throws(MessagePack.Failure) {
        guard depth < JSON.maxDepth, let kind = self.bytes.readInteger(as: UInt8.self) else { throw .malformed }
        switch kind {
        case 0x00...0x7f: self.write(kind)
        case 0xe0...0xff: self.write(Int8(bitPattern: kind))
        case 0xc0: self.text.writeStaticString("null")
        case 0xc2: self.text.writeStaticString("false")
        case 0xc3: self.text.writeStaticString("true")
        case 0x80...0x8f: try self.readItems(Int(kind & 15), named: true, depth)
        case 0xde: try self.readItems(self.readLength(UInt16.self), named: true, depth)
        case 0xdf: try self.readItems(self.readLength(UInt32.self), named: true, depth)
        case 0x90...0x9f: try self.readItems(Int(kind & 15), named: false, depth)
        case 0xdc: try self.readItems(self.readLength(UInt16.self), named: false, depth)
        case 0xdd: try self.readItems(self.readLength(UInt32.self), named: false, depth)
        case 0xa0...0xbf, 0xd9...0xdb: try self.readString(kind)
        case 0xc4: try self.readBinary(self.readLength(UInt8.self))
        case 0xc5: try self.readBinary(self.readLength(UInt16.self))
        case 0xc6: try self.readBinary(self.readLength(UInt32.self))
        case 0xca: self.write(Double(Float(bitPattern: try self.readNumber())))
        case 0xcb: self.write(Double(bitPattern: try self.readNumber()))
        case 0xcc: self.write(try self.readNumber(UInt8.self))
        case 0xcd: self.write(try self.readNumber(UInt16.self))
        case 0xce: self.write(try self.readNumber(UInt32.self))
        case 0xcf: self.write(try self.readNumber(UInt64.self))
        case 0xd0: self.write(try self.readNumber(Int8.self))
        case 0xd1: self.write(try self.readNumber(Int16.self))
        case 0xd2: self.write(try self.readNumber(Int32.self))
        case 0xd3: self.write(try self.readNumber(Int64.self))
        // Extensions, such as times: nothing that we or the reference adapter hand on holds one.
        default: throw .malformed
        }
    }

    /// An object's fields or an array's elements.
    private mutating func readItems(_ count: Int, named: Bool, _ depth: Int) throws(MessagePack.Failure) {
        self.text.writeInteger(named ? UInt8(ascii: "{") : UInt8(ascii: "["))
        for index in 0..<count {
            if index > 0 { self.text.writeInteger(UInt8(ascii: ",")) }
            if named {
                guard let kind = self.bytes.readInteger(as: UInt8.self) else { throw .malformed }
                try self.readString(kind)
                self.text.writeInteger(UInt8(ascii: ":"))
            }
            try self.readValue(depth: depth + 1)
        }
        self.text.writeInteger(named ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }

    private mutating func readBinary(_ length: Int) throws(MessagePack.Failure) {
        guard let binary = self.bytes.readSlice(length: length) else { throw .malformed }
        JSON.attachment(self.attachments.count).writeJSON(to: &self.text)
        self.attachments.append(binary)
    }

    private mutating func readString(_ kind: UInt8) throws(MessagePack.Failure) {
        let length =
            switch kind {
            case 0xa0...0xbf: Int(kind & 31)
            case 0xd9: try self.readLength(UInt8.self)
            case 0xda: try self.readLength(UInt16.self)
            case 0xdb: try self.readLength(UInt32.self)
            default: throw .malformed
            }
        guard let slice = self.bytes.readSlice(length: length) else { throw .malformed }
        String(buffer: slice).writeJSON(to: &self.text)
    }

    private mutating func readLength<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type
    ) throws(MessagePack.Failure) -> Int {
        // Nothing that is counted takes less than a byte.
        guard let length = Int(exactly: try self.readNumber(type)), length <= self.bytes.readableBytes else {
            throw .malformed
        }
        return length
    }

    private mutating func readNumber<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(MessagePack.Failure) -> Number {
        guard let number = self.bytes.readInteger(as: type) else { throw .malformed }
        return number
    }

    private mutating func write(_ number: some BinaryInteger) {
        self.text.writeString(String(number))
    }

    /// JSON has neither infinities nor what is no number.
    private mutating func write(_ number: Double) {
        self.text.writeString(number.isFinite ? "\(number)" : "null")
    }
}
