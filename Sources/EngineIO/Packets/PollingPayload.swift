import NIOCore

/// Bodies of polling requests: packets joined by the record separator (engine.io-protocol 4, "HTTP long-polling").
enum PollingPayload {
    static let separator: UInt8 = 0x1e
    static let binaryMark = UInt8(ascii: "b")

    /// Appends one message to a body.
    static func append(_ message: OutboundMessage, to body: inout ByteBuffer) {
        if body.readableBytes > 0 { body.writeInteger(Self.separator) }
        if message.isBinary {
            body.writeInteger(Self.binaryMark)
            Base64.encode(message.payload, into: &body)
        } else {
            body.writeImmutableBuffer(message.payload)
        }
    }

    /// Hands each packet of a body to `receive`, in order, until one is malformed or `receive` returns false.
    /// Takes time linear in the body.
    ///
    /// - Throws: ``PacketError/malformed`` at the first thing that is no packet; those before it were handed over.
    static func decode(
        _ body: ByteBuffer,
        _ receive: (InboundPacket) throws(PacketError) -> Bool
    ) throws(PacketError) {
        var rest = body
        while true {
            let length = rest.readableBytesView.firstIndex(of: Self.separator).map { $0 - rest.readerIndex }
            guard var record = rest.readSlice(length: length ?? rest.readableBytes) else { throw .malformed }
            let packet: InboundPacket
            if record.getInteger(at: record.readerIndex, as: UInt8.self) == Self.binaryMark {
                record.moveReaderIndex(forwardBy: 1)
                guard let bytes = Base64.decode(record) else { throw .malformed }
                packet = .binary(bytes)
            } else {
                guard record.readableBytesUInt8Span.isValidUTF8 else { throw .malformed }
                // One of several in a body gets memory of its own, or a small one would keep the whole body.
                let isWhole = record.readableBytes == body.readableBytes
                packet = try InboundPacket(text: isWhole ? record : ByteBuffer(bytes: record.readableBytesView))
            }
            guard try receive(packet) else { return }
            guard length != nil else { return }
            rest.moveReaderIndex(forwardBy: 1)
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes are well-formed UTF-8 (RFC 3629).
    var isValidUTF8: Bool {
        (try? UTF8Span(validating: self)) != nil
    }
}
