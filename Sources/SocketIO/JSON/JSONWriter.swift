public import NIOCore

/// A value that can be written as JSON: `String`, `Int`, `Bool`, ``JSON``, and arrays of such. For others there is
/// ``JSON/init(encoding:)``.
public protocol JSONWritable {
    /// Appends the value's compact JSON text, in UTF-8: exactly one value. It is not checked.
    ///
    /// - Parameter buffer: what is in it stays as it is.
    func writeJSON(to buffer: inout ByteBuffer)
}

/// Writes the fields of a JSON object, compact, in the order they are given.
public struct JSONObjectWriter {
    // A message of the usual length fits, with all that belongs to it.
    private var buffer = ByteBufferAllocator().buffer(capacity: 512)
    private var isEmpty = true

    init() {
        self.buffer.writeInteger(UInt8(ascii: "{"))
    }

    /// Writes a field.
    ///
    /// - Parameters:
    ///   - name: escaped where JSON must. That it was not written before is not checked.
    ///   - value: what it has.
    public mutating func field(_ name: String, _ value: some JSONWritable) {
        if !self.isEmpty { self.buffer.writeInteger(UInt8(ascii: ",")) }
        self.isEmpty = false
        name.writeJSON(to: &self.buffer)
        self.buffer.writeInteger(UInt8(ascii: ":"))
        value.writeJSON(to: &self.buffer)
    }

    /// Writes a field if there is a value; nil leaves it out. Write ``JSON/null`` where a field must say `null`.
    ///
    /// - Parameters:
    ///   - name: escaped where JSON must.
    ///   - value: what it has, or nil.
    public mutating func field(_ name: String, _ value: (some JSONWritable)?) {
        if let value { self.field(name, value) }
    }

    // Not consuming: that copies the text, which the caller still has then.
    mutating func finish() -> ByteBuffer {
        self.buffer.writeInteger(UInt8(ascii: "}"))
        return self.buffer
    }
}

extension JSON {
    /// Builds an object.
    ///
    /// - Parameter body: writes the fields; runs once, before this returns.
    public static func object(_ body: (inout JSONObjectWriter) -> Void) -> JSON {
        var writer = JSONObjectWriter()
        body(&writer)
        return JSON(unchecked: writer.finish())
    }

    /// Builds a value from a string, a number, a truth value or an array of such.
    ///
    /// - Parameter value: see ``JSONWritable``.
    public init(_ value: some JSONWritable) {
        self = .written(value)
    }

    /// Not an initialiser: with a literal for its argument, that would mean the literal itself.
    static func written(_ value: some JSONWritable) -> JSON {
        var buffer = ByteBuffer()
        value.writeJSON(to: &buffer)
        return JSON(unchecked: buffer)
    }
}

extension JSON: JSONWritable {
    /// Appends the compact JSON text.
    public func writeJSON(to buffer: inout ByteBuffer) {
        buffer.writeImmutableBuffer(self.text)
    }
}

extension String: JSONWritable {
    /// Appends the compact JSON text.
    public func writeJSON(to buffer: inout ByteBuffer) {
        var copy = self
        copy.withUTF8 { bytes in
            // Hardly any text has to be escaped: one look, one copy.
            guard bytes.contains(where: Self.mustBeEscaped) else {
                buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bytes.count + 2) { target in
                    target[0] = UInt8(ascii: "\"")
                    target[bytes.count + 1] = UInt8(ascii: "\"")
                    UnsafeMutableRawBufferPointer(rebasing: target[1..<(bytes.count + 1)])
                        .copyMemory(from: .init(bytes))
                    return bytes.count + 2
                }
                return
            }
            buffer.reserveCapacity(minimumWritableBytes: bytes.count + 2)
            buffer.writeInteger(UInt8(ascii: "\""))
            var start = 0
            for index in bytes.indices {
                let byte = bytes[index]
                guard Self.mustBeEscaped(byte) else { continue }
                buffer.writeBytes(bytes[start..<index])
                Self.writeEscape(byte, to: &buffer)
                start = index + 1
            }
            buffer.writeBytes(bytes[start...])
            buffer.writeInteger(UInt8(ascii: "\""))
        }
    }

    @inline(__always)
    private static func mustBeEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func writeEscape(_ byte: UInt8, to buffer: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): buffer.writeStaticString("\\\"")
        case UInt8(ascii: "\\"): buffer.writeStaticString("\\\\")
        case 0x0a: buffer.writeStaticString("\\n")
        case 0x0d: buffer.writeStaticString("\\r")
        case 0x09: buffer.writeStaticString("\\t")
        default:
            let digits: StaticString = "0123456789abcdef"
            buffer.writeStaticString("\\u00")
            buffer.writeInteger(digits.utf8Start[Int(byte >> 4)])
            buffer.writeInteger(digits.utf8Start[Int(byte & 15)])
        }
    }
}

extension Int: JSONWritable {
    /// Appends the compact JSON text.
    public func writeJSON(to buffer: inout ByteBuffer) {
        buffer.writeString(String(self))
    }
}

extension Double: JSONWritable {
    /// Appends the shortest text that reads back as the same number; `null` for what JSON has no number for, as
    /// JavaScript does.
    public func writeJSON(to buffer: inout ByteBuffer) {
        if self.isFinite { buffer.writeString(String(self)) } else { buffer.writeStaticString("null") }
    }
}

extension Bool: JSONWritable {
    /// Appends the compact JSON text.
    public func writeJSON(to buffer: inout ByteBuffer) {
        if self { buffer.writeStaticString("true") } else { buffer.writeStaticString("false") }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    /// Appends the compact JSON text.
    public func writeJSON(to buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt8(ascii: "["))
        for (index, element) in self.enumerated() {
            if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
            element.writeJSON(to: &buffer)
        }
        buffer.writeInteger(UInt8(ascii: "]"))
    }
}
