import NIOCore

/// Cuts what a server sends over a WebSocket (RFC 6455) into messages: its frames are neither masked nor fragmented.
struct FrameReader {
    enum Frame {
        case text(ByteBuffer)
        case close
        /// Pings, pongs and binary frames: nobody here has use for them.
        case other
    }

    private var bytes = ByteBuffer()

    mutating func add(_ more: inout ByteBuffer) {
        if bytes.readableBytes == 0 { bytes = more } else { bytes.writeBuffer(&more) }
    }

    /// Nil until a whole frame is here.
    mutating func next() -> Frame? {
        let start = bytes.readerIndex
        guard let first = bytes.getInteger(at: start, as: UInt8.self),
            let second = bytes.getInteger(at: start + 1, as: UInt8.self)
        else { return nil }
        var header = 2
        var length = Int(second & 0x7F)
        if length == 126 {
            guard let long = bytes.getInteger(at: start + 2, as: UInt16.self) else { return nil }
            (length, header) = (Int(long), 4)
        } else if length == 127 {
            guard let long = bytes.getInteger(at: start + 2, as: UInt64.self) else { return nil }
            (length, header) = (Int(clamping: long), 10)
        }
        guard bytes.readableBytes >= header + length else { return nil }
        bytes.moveReaderIndex(forwardBy: header)
        guard let payload = bytes.readSlice(length: length) else { return nil }
        switch first & 0x0F {
        case 1: return .text(payload)
        case 8: return .close
        default: return .other
        }
    }
}

extension ByteBuffer {
    /// Appends a masked text frame. The key is zero, so that nothing has to be computed; the server cannot know.
    mutating func writeTextFrame(length: Int, _ write: (inout ByteBuffer) -> Void) {
        writeInteger(UInt8(0x81))
        if length < 126 {
            writeInteger(UInt8(0x80 | length))
        } else {
            writeInteger(UInt8(0x80 | 126))
            writeInteger(UInt16(length))
        }
        writeInteger(UInt32(0))
        write(&self)
    }

    mutating func writeTextFrame(_ text: String) {
        writeTextFrame(length: text.utf8.count) { $0.writeString(text) }
    }

    /// What stands in quotes behind `key`, such as `"ticketId":"`. Values with escapes are none of ours.
    func quoted(after key: StaticString) -> String? {
        guard let start = index(after: key) else { return nil }
        let view = readableBytesView
        guard let end = view[start...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return String(decoding: view[start..<end], as: UTF8.self)
    }

    /// The same, wherever `key` stands.
    func allQuoted(after key: StaticString) -> [String] {
        var (rest, found) = (self, [String]())
        while let start = rest.index(after: key), let text = rest.quoted(after: key) {
            found.append(text)
            rest.moveReaderIndex(to: start)
        }
        return found
    }

    /// The digits behind `key`.
    func number(after key: StaticString) -> UInt64? {
        guard let start = index(after: key) else { return nil }
        var value: UInt64 = 0
        for byte in readableBytesView[start...] {
            guard byte >= 48, byte <= 57 else { break }
            value = value &* 10 &+ UInt64(byte - 48)
        }
        return value
    }

    private func index(after key: StaticString) -> Int? {
        let view = readableBytesView
        let first = key.utf8Start.pointee
        var from = view.startIndex
        while let candidate = view[from...].firstIndex(of: first) {
            guard candidate + key.utf8CodeUnitCount <= view.endIndex else { return nil }
            var offset = 0
            while offset < key.utf8CodeUnitCount, view[candidate + offset] == key.utf8Start[offset] { offset += 1 }
            if offset == key.utf8CodeUnitCount { return candidate + offset }
            from = candidate + 1
        }
        return nil
    }
}
