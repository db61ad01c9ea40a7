#if MongoDB
/// BSON 1.1 (bsonspec.org): little-endian, each document with its length before and a zero after its fields.
extension BSONDocument {
    private static let maximumDepth = 100

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes += [0, 0, 0, 0]
        for field in fields { field.value.write(as: field.name, to: &bytes) }
        bytes.append(0)
        let length = BSONValue.littleEndian(UInt32(truncatingIfNeeded: bytes.count - start))
        bytes.replaceSubrange(start..<start + 4, with: length)
    }

    fileprivate func writeNested(to bytes: inout [UInt8]) { write(to: &bytes) }

    /// Nil if it is not a whole document.
    init?(bytes: ArraySlice<UInt8>) {
        var reader = BSONReader(bytes: bytes)
        guard let document = reader.document(depth: Self.maximumDepth), reader.isAtEnd else { return nil }
        self = document
    }
}

extension BSONValue {
    fileprivate static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    fileprivate func write(as name: String, to bytes: inout [UInt8]) {
        func head(_ type: UInt8) {
            bytes.append(type)
            // A zero would end the name early; names are ours, and none has one.
            bytes += name.utf8.filter { $0 != 0 }
            bytes.append(0)
        }
        switch self {
        case .double(let value):
            head(0x01)
            bytes += Self.littleEndian(value.bitPattern)
        case .string(let value):
            head(0x02)
            bytes += Self.littleEndian(UInt32(truncatingIfNeeded: value.utf8.count + 1))
            bytes += value.utf8
            bytes.append(0)
        case .document(let value):
            head(0x03)
            value.writeNested(to: &bytes)
        case .array(let values):
            head(0x04)
            var document = BSONDocument()
            for (index, value) in values.enumerated() { document.append(String(index), value) }
            document.writeNested(to: &bytes)
        case .bool(let value):
            head(0x08)
            bytes.append(value ? 1 : 0)
        case .null, .other:
            head(0x0A)
        case .int(let value):
            head(0x12)
            bytes += Self.littleEndian(value)
        }
    }
}

/// Reads what a server sent, and believes none of its lengths.
private struct BSONReader {
    var bytes: ArraySlice<UInt8>

    var isAtEnd: Bool { bytes.isEmpty }

    mutating func document(depth: Int) -> BSONDocument? {
        guard depth > 0, let length = integer(UInt32.self), length >= 5, let body = take(Int(length) - 4),
            body.last == 0
        else { return nil }
        var inner = BSONReader(bytes: body.dropLast())
        var document = BSONDocument()
        while !inner.isAtEnd {
            guard let type = inner.take(1)?.first, let name = inner.name(),
                let value = inner.value(of: type, depth: depth)
            else { return nil }
            document.append(name, value)
        }
        return document
    }

    private mutating func value(of type: UInt8, depth: Int) -> BSONValue? {
        switch type {
        case 0x01: integer(UInt64.self).map { .double(Double(bitPattern: $0)) }
        case 0x02: string().map { .string($0) }
        case 0x03: document(depth: depth - 1).map { .document($0) }
        case 0x04: document(depth: depth - 1).map { .array($0.fields.map(\.value)) }
        case 0x05: integer(UInt32.self).flatMap { take(Int($0) + 1) }.map { _ in .other }
        case 0x07: take(12).map { _ in .other }
        case 0x08: take(1).map { .bool($0.first != 0) }
        case 0x09, 0x11: take(8).map { _ in .other }
        case 0x0A: .null
        case 0x10: integer(Int32.self).map { .int(Int64($0)) }
        case 0x12: integer(Int64.self).map { .int($0) }
        case 0x13: take(16).map { _ in .other }
        default: nil
        }
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    private mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        take(Value.bitWidth / 8).map { $0.reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) } }
    }

    private mutating func name() -> String? {
        guard let end = bytes.firstIndex(of: 0) else { return nil }
        defer { bytes = bytes[(end + 1)...] }
        return String(validating: bytes[..<end], as: UTF8.self)
    }

    private mutating func string() -> String? {
        guard let length = integer(UInt32.self), length >= 1, let text = take(Int(length)), text.last == 0 else {
            return nil
        }
        return String(validating: text.dropLast(), as: UTF8.self)
    }
}
#endif
