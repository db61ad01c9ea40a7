import NIOCore

/// Turns a client's Engine.IO messages into packets. Linear in the input, and no JSON is built: arguments stay text.
struct PacketDecoder {
    /// Names that only the library itself may raise.
    static let reservedNames: Set<String> = [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
    ]

    let maxAttachments: Int
    let maxAttachmentBytes: Int
    /// In an allocation of its own: each connection has a decoder, and hardly any a packet that waits.
    private indirect enum Pending {
        case attachments(of: Packet, count: Int)
    }

    private var pending: Pending?

    /// - Parameter maxAttachmentBytes: what the attachments of one packet may weigh together.
    init(maxAttachments: Int, maxAttachmentBytes: Int) {
        self.maxAttachments = maxAttachments
        self.maxAttachmentBytes = maxAttachmentBytes
    }

    /// Reads a text message.
    ///
    /// - Returns: nil if the packet's attachments are still to come.
    mutating func receive(text: ByteBuffer) throws(PacketError) -> Packet? {
        guard self.pending == nil else { throw .malformed }
        var input = text
        guard let kind = input.readInteger(as: UInt8.self).flatMap(Packet.Kind.init(rawValue:)) else {
            throw .malformed
        }
        let attachments = kind.isBinary ? try self.readAttachmentCount(&input) : 0
        var packet = Packet(kind: kind, namespace: Self.readNamespace(&input), ackID: try Self.readAckID(&input))
        packet.messageBytes = text.readableBytes
        try Self.readPayload(input, into: &packet)
        guard !kind.isBinary || JSONScanner.placeholdersAreValid(input.readableBytesUInt8Span, count: attachments)
        else {
            throw .malformed
        }
        guard attachments > 0 else { return packet }
        self.pending = .attachments(of: packet, count: attachments)
        return nil
    }

    /// Reads a binary message: an attachment of the packet before it.
    ///
    /// - Returns: nil if more attachments are to come.
    mutating func receive(binary: ByteBuffer) throws(PacketError) -> Packet? {
        guard case .attachments(var packet, let count)? = self.pending else { throw .malformed }
        let bytes = packet.attachments.reduce(binary.readableBytes) { $0 + $1.readableBytes }
        guard bytes <= self.maxAttachmentBytes else { throw .tooManyAttachments }
        packet.attachments.append(binary)
        guard packet.attachments.count == count else {
            self.pending = .attachments(of: packet, count: count)
            return nil
        }
        self.pending = nil
        return packet
    }

    private func readAttachmentCount(_ input: inout ByteBuffer) throws(PacketError) -> Int {
        guard let count = try Self.readNumber(&input), input.readInteger(as: UInt8.self) == UInt8(ascii: "-") else {
            throw .malformed
        }
        guard count <= self.maxAttachments else { throw .tooManyAttachments }
        return count
    }

    /// Reads `/name,` or `/name` at the end.
    private static func readNamespace(_ input: inout ByteBuffer) -> String {
        guard input.getInteger(at: input.readerIndex, as: UInt8.self) == UInt8(ascii: "/") else {
            return Packet.mainNamespace
        }
        let comma = input.readableBytesView.firstIndex(of: UInt8(ascii: ","))
        let name = input.readString(length: (comma ?? input.writerIndex) - input.readerIndex) ?? ""
        if comma != nil { input.moveReaderIndex(forwardBy: 1) }
        return name
    }

    private static func readAckID(_ input: inout ByteBuffer) throws(PacketError) -> Int? {
        try self.readNumber(&input)
    }

    /// Reads digits; nil if there are none. More digits than a JavaScript number holds exactly are refused.
    private static func readNumber(_ input: inout ByteBuffer) throws(PacketError) -> Int? {
        var value: Int?
        var digits = 0
        while let byte = input.getInteger(at: input.readerIndex, as: UInt8.self), JSONScanner.isDigit(byte) {
            digits += 1
            guard digits <= 15 else { throw .malformed }
            value = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
            input.moveReaderIndex(forwardBy: 1)
        }
        return value
    }

    private static func readPayload(_ input: ByteBuffer, into packet: inout Packet) throws(PacketError) {
        switch packet.kind {
        case .connect:
            guard input.readableBytes > 0 else { return }
            guard let auth = try? JSON(validating: input), auth.object != nil else { throw .malformed }
            packet.auth = auth
        case .disconnect:
            guard input.readableBytes == 0 else { throw .malformed }
        case .event, .binaryEvent:
            packet.arguments = try self.elements(input)
            guard let name = packet.arguments.first?.string else { throw .malformed }
            guard !self.reservedNames.contains(name) else { throw .reservedName }
            packet.arguments.removeFirst()
            packet.name = name
        case .ack, .binaryAck:
            packet.arguments = try self.elements(input)
        case .connectError:
            // Only a server sends it.
            throw .malformed
        }
    }

    private static func elements(_ input: ByteBuffer) throws(PacketError) -> [JSON] {
        let span = input.readableBytesUInt8Span
        var index = 0
        guard let ranges = try? JSONScanner.elements(span, &index) else { throw .malformed }
        JSONScanner.skipSpace(span, &index)
        guard index == span.count else { throw .malformed }
        return ranges.map { JSON(input, $0) }
    }
}
